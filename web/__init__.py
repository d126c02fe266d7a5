"""The one public edge: pages, chat, kiosk, desk, webhooks and APIs."""
