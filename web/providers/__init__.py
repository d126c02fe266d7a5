"""Those who carry texts for us: GOV.UK Notify, Twilio and Meta, each behind the interface in `base`."""
