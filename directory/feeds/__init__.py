"""Open Referral in and out: files, folders and APIs, checked record by record."""
