#!/bin/sh
# Starts the kiosk's browser and nothing else. Run by front-door-kiosk.service; settings are in /etc/front-door/kiosk.env.
#
#   KIOSK_ADDRESS   the kiosk's first page, such as https://front-door.example/kiosk
#   KIOSK_OUTPUT    the screen to turn, such as HDMI-A-1 (`wlr-randr` lists them); empty: it stands as it is
#   KIOSK_TURN      90 or 270 for a screen that stands upright
#   CHROMIUM        another browser binary
#
# Further arguments go to the browser, so that the same line can be tried elsewhere:
#   KIOSK_ADDRESS=http://127.0.0.1:8000/kiosk deploy/kiosk/start-kiosk.sh --headless --screenshot=kiosk.png
set -eu
: "${KIOSK_ADDRESS:?Set KIOSK_ADDRESS to the first page of the kiosk, such as https://front-door.example/kiosk}"
profile="$(mktemp -d "${XDG_RUNTIME_DIR:-/tmp}/kiosk.XXXXXX")" # in memory, gone with the sitting of the machine
trap 'rm -rf "$profile"' EXIT

if [ -n "${KIOSK_OUTPUT:-}" ] && [ -n "${KIOSK_TURN:-}" ]; then
  wlr-randr --output "$KIOSK_OUTPUT" --transform "$KIOSK_TURN"
fi

# Until the first page has been there once, the browser does not have our page for a network that is down.
until curl --fail --silent --show-error --max-time 5 --output /dev/null "${KIOSK_ADDRESS%/kiosk}/healthz"; do
  sleep 3
done

"${CHROMIUM:-chromium}" \
  --kiosk \
  --incognito \
  --kiosk-printing \
  --user-data-dir="$profile" \
  --disk-cache-size=1 \
  --no-first-run \
  --no-default-browser-check \
  --noerrdialogs \
  --disable-pinch \
  --overscroll-history-navigation=0 \
  --touch-events=enabled \
  --hide-scrollbars \
  --disable-extensions \
  --disable-sync \
  --disable-breakpad \
  --disable-background-networking \
  --disable-component-update \
  --check-for-update-interval=31536000 \
  --password-store=basic \
  --enable-speech-dispatcher \
  --window-size=1080,1920 \
  "$@" \
  "$KIOSK_ADDRESS"
