#!/usr/bin/env bash
# Walks the examples of the five reference documents, in order, with curl against a running system.
#
#   OUTBOUND_ALLOW_HOSTS=127.0.0.1:8099 python app.py          # in one terminal
#   docs/walkthrough.sh                                        # in another
#
# Settings, all with defaults for a system run from this folder:
#   URL              the system's address
#   ADMIN_SECRET     PARTNER_ADMIN_SECRET;        default: from var/secrets.json
#   HANDSHAKE        INTEGRATION_HANDSHAKE_TOKEN; default: from var/secrets.json
#   PHOTO, PICTURE   files: a person, a product;  default: openvto's, as the demo shop uses
#   PICTURE_URL      where the system can fetch PICTURE; default: served on 127.0.0.1:8099 while this runs
#
# It prints each request, its status and its answer. Ids, keys, moments and addresses are masked, so that two runs print
# the same: docs/walkthrough.txt is what a run prints.
set -euo pipefail
cd "$(dirname "$0")/.."

URL=${URL:-http://127.0.0.1:8000}
secret() { python3 -c "import json; print(json.load(open('var/secrets.json'))['$1'])"; }
ADMIN_SECRET=${ADMIN_SECRET:-$(secret partner_admin_secret)}
HANDSHAKE=${HANDSHAKE:-$(secret integration_handshake_token)}
openvto() { python3 -c "import glob; print(glob.glob('.venv/lib/python3*/site-packages/openvto/assets/$1')[0])"; }
PHOTO=${PHOTO:-$(openvto people/3_posture.jpg)}
PICTURE=${PICTURE:-$(openvto clothes/shirts/1_front.jpg)}
ANSWER=$(mktemp)
trap 'rm -f "$ANSWER"; [ -z "${SERVER:-}" ] || kill "$SERVER"' EXIT

if [ -z "${PICTURE_URL:-}" ]; then
    python3 -m http.server 8099 --bind 127.0.0.1 --directory "$(dirname "$PICTURE")" >/dev/null 2>&1 &
    SERVER=$!
    PICTURE_URL=http://127.0.0.1:8099/$(basename "$PICTURE")
    sleep 1
fi

mask() {
    sed -E \
        -e 's#(https?://[^" ]*)/media/[^" ]*#…/media/…#g' \
        -e 's#'"$URL"'#{URL}#g' -e 's#'"$PICTURE_URL"'#{PICTURE_URL}#g' \
        -e 's/dress_(sk|pk)_(live|test)_[A-Za-z0-9]+/dress_\1_\2_…/g' \
        -e 's/eyJ[A-Za-z0-9_.-]+/eyJ…/g' -e 's#whsec_[A-Za-z0-9+/=]+#whsec_…#g' \
        -e 's/\b(mer|prd|shp|mdl|img|gen|tsn|whk|evt|dlv|ast|key|crd|pim|_anon)_[0-9A-Z]{26}/\1_…/g' \
        -e 's/"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"/"(a moment)"/g' -e 's/"[0-9]{4}-[0-9]{2}-[0-9]{2}"/"(a day)"/g' \
        -e 's/"(request_id|last4|prefix|handshake)": "[^"]*"/"\1": "…"/g' \
        -e 's/"(api_call_count|api_calls)": [0-9]+/"\1": (a number)/g' \
        -e 's/"(engine_version)": "[^"]*"/"\1": "…"/g' -e 's/: -?[0-9]+\.[0-9]+/: (a number)/g' \
        -e 's#'"$HANDSHAKE"'#…#g' -e 's#'"$ADMIN_SECRET"'#…#g'
}

# call METHOD PATH [curl's options]: prints the request, the status and the answer; keeps the answer for `field`.
call() {
    local method=$1 path=$2 status
    shift 2
    printf '\n%s %s\n' "$method" "$path" | mask
    local previous=""
    for option in "$@"; do
        case $previous in -d) printf '%s\n' "$option" | mask ;; -F) printf 'form %s\n' "${option%%=*}" ;; esac
        previous=$option
    done
    status=$(curl -sS -o "$ANSWER" -w '%{http_code}' -X "$method" "$URL$path" "$@")
    echo "→ $status"
    if [ -s "$ANSWER" ] && [ "$(head -c 1 "$ANSWER")" != "<" ]; then
        python3 -m json.tool --no-ensure-ascii "$ANSWER" | mask
    fi
}

field() { python3 -c "import json, sys; print(json.load(open('$ANSWER'))$1)"; }
json=(-H 'Content-Type: application/json')
section() { printf '\n## %s\n' "$1"; }

# wait_for PATH FIELD WORDS… [-- curl's options]: polls every 2 seconds, as the documents say, without printing.
wait_for() {
    local path=$1 name=$2 words=$3
    shift 3
    for _ in $(seq 60); do
        curl -sS -o "$ANSWER" "$URL$path" "$@"
        case " $words " in *" $(field "['$name']") "*) return ;; esac
        sleep 2
    done
    echo "It never became one of: $words" >&2
    exit 1
}

section "Partner API"
call POST /partner/v1/admin/merchants -H "X-Partner-Admin-Secret: $ADMIN_SECRET" "${json[@]}" \
    -d '{"name": "Walkthrough", "allowed_origins": ["https://yoursite.com"]}'
MERCHANT=$(field "['merchant_id']") SECRET_KEY=$(field "['secret_key']") PUBLISHABLE_KEY=$(field "['publishable_key']")
secret_key=(-H "Authorization: Bearer $SECRET_KEY")

call POST /partner/v1/sessions "${secret_key[@]}" "${json[@]}" -d '{"external_user_ref": "customer-12345"}'
shopper=(-H "Authorization: Bearer $(field "['access_token']")")
TOKEN=$(field "['access_token']")

call POST /partner/v1/products "${secret_key[@]}" "${json[@]}" -d '{
  "external_id": "SKU-001",
  "title": "Blue shirt",
  "url": "https://yoursite.com/p/blue-shirt",
  "image_urls": ["'"$PICTURE_URL"'"],
  "gender": "women"
}'
PRODUCT=$(field "['product_id']")

call GET /user-model/current "${shopper[@]}"
call GET "/embed/model-studio?access_token=$TOKEN&partner_return=https://yoursite.com/return"
call GET /partner/v1/embed-config -H "Authorization: Bearer $PUBLISHABLE_KEY" -H "Origin: https://yoursite.com"
call POST /user-model "${shopper[@]}" -F "photo=@$PHOTO" -F consent=true
call POST "/tryon/$PRODUCT?async=true" "${shopper[@]}"
JOB=$(field "['job_id']")
wait_for "/tryon/jobs/$JOB" status "completed failed" "${shopper[@]}"
call GET "/tryon/jobs/$JOB" "${shopper[@]}"
call POST /partner/v1/webhooks "${secret_key[@]}" "${json[@]}" -d '{
  "url": "https://yoursite.com/hooks/tryon",
  "events": ["tryon.job.completed", "tryon.job.failed"]
}'
call GET /tryon/history "${shopper[@]}"
call GET /partner/v1/merchants/me/usage "${secret_key[@]}"
call PUT /partner/v1/integrations/google-api-key "${secret_key[@]}" "${json[@]}" \
    -d '{"api_key": "AIzaSyWalkthroughExampleKeyThatIsNotReal"}'
call DELETE /partner/v1/integrations/google-api-key "${secret_key[@]}"

section "Sessions API"
call POST /partner/v1/products "${secret_key[@]}" "${json[@]}" \
    -d '{"external_id": "sku-12345", "title": "Running shoes", "image_urls": ["'"$PICTURE_URL"'"], "category": "footwear"}'
call POST /v1/sessions "${secret_key[@]}" "${json[@]}" -d '{
  "product_id": "sku-12345",
  "category": "footwear",
  "experience": "browser",
  "callback_url": "https://merchant.example/callbacks/tryon",
  "locale": "en-US"
}'
SESSION=$(field "['id']")
call GET "/v1/sessions/$SESSION" "${secret_key[@]}"
call GET "/s/$SESSION"
call GET "/qr/$SESSION.svg"
call POST /v1/sessions "${secret_key[@]}" "${json[@]}" -d '{"product_id": "sku-12345", "category": "spaceships"}'
call POST /v1/sessions "${json[@]}" -d '{"product_id": "sku-12345"}'
call GET /v1/sessions/tsn_none "${secret_key[@]}"

section "Create Try-On"
api_key=(-H "x-api-key: $SECRET_KEY")
call POST /images/upload "${api_key[@]}" -F "file=@$PHOTO" -F externalUserId=user-7 -F keepForDays=1
IMAGE=$(field "['imageId']")
person='"person": {"image": {"source": {"id": "'$IMAGE'"}}}'
call POST /try-on "${api_key[@]}" "${json[@]}" -d '{"products": [{"externalId": "oxford-1"}], '"$person"'}'
call POST /try-on "${api_key[@]}" "${json[@]}" -d '{
  "products": [{
    "externalId": "oxford-1", "title": "Oxford shirt", "description": "Soft blue cotton",
    "images": [{"source": {"url": "'"$PICTURE_URL"'"}}]
  }],
  '"$person"',
  "externalUserId": "user-7",
  "output": {"watermark": false, "keepForDays": 1}
}'
GENERATION=$(field "['generationId']")
wait_for "/generations/$GENERATION" status "COMPLETED FAILED" "${api_key[@]}"
call GET "/generations/$GENERATION" "${api_key[@]}"
call POST /try-on "${api_key[@]}" "${json[@]}" -d '{"products": [{"externalId": "oxford-1"}], '"$person"'}'
wait_for "/generations/$(field "['generationId']")" status "COMPLETED FAILED" "${api_key[@]}"
call POST /try-on "${api_key[@]}" \
    -F 'data={"products": [{"images": [{"source": {"fileKey": "shirt"}}]}], "person": {"image": {"source": {"fileKey": "me"}}}}' \
    -F "shirt=@$PICTURE" -F "me=@$PHOTO"
wait_for "/generations/$(field "['generationId']")" status "COMPLETED FAILED" "${api_key[@]}"
call POST /try-on "${api_key[@]}" "${json[@]}" -d '{"products": [{}], '"$person"'}'
call POST /try-on "${api_key[@]}" "${json[@]}" -d '{"products": [{"externalId": "oxford-1"}]}'
call POST /try-on "${api_key[@]}" "${json[@]}" \
    -d '{"products": [{"externalId": "oxford-1"}], "person": {"image": {"source": {"url": "https://no-such-host.invalid/me.jpg"}}}}'
call POST /try-on "${api_key[@]}" -F 'data={"products": [{"externalId": "oxford-1"}], "person": {"image": {"source": {"fileKey": "gone"}}}}'
call POST /try-on "${api_key[@]}" "${json[@]}" \
    -d '{"products": [{"externalId": "_anon_mine", "images": [{"source": {"url": "'"$PICTURE_URL"'"}}]}], '"$person"'}'
call DELETE /customers/user-7 "${api_key[@]}"
call GET /account/credits "${api_key[@]}"

section "Upsert Product"
call POST /products "${api_key[@]}" "${json[@]}" -d '{
  "externalId": "linen-2", "title": "Linen shirt", "description": "For warm days",
  "images": [{"source": {"url": "'"$PICTURE_URL"'"}, "classifications": {"view": "front"}}],
  "metadata": {"season": "summer"}
}'
call POST /products "${api_key[@]}" "${json[@]}" -d '{"externalId": "linen-2", "validForDays": 30}'
call POST /products "${api_key[@]}" "${json[@]}" -d '{"externalId": "linen-2", "validForDays": null}'
call POST /products "${api_key[@]}" -F 'data={"externalId": "linen-2", "images": [{"source": {"fileKey": "front"}}]}' \
    -F "front=@$PICTURE"
call GET /products/linen-2 "${api_key[@]}"
call GET /products "${api_key[@]}"
call DELETE /products/linen-2 "${api_key[@]}"

section "Usage integration API"
integration=/api/v1/integration
call POST $integration/increase-tryon-usage-count "${json[@]}" \
    -d '{"handshake": "'"$HANDSHAKE"'", "type": "AR", "count": 1, "api_key": "'"$SECRET_KEY"'"}'
call POST $integration/increase-tryon-usage-count "${json[@]}" \
    -d '{"handshake": "'"$HANDSHAKE"'", "type": "AI", "count": 3, "user_id": "'"$MERCHANT"'"}'
call POST $integration/increase-api-key-usage-count "${json[@]}" \
    -d '{"handshake": "'"$HANDSHAKE"'", "api_key": "'"$SECRET_KEY"'", "count": 5, "user_id": "'"$MERCHANT"'"}'
call POST $integration/set-user-product-number "${json[@]}" \
    -d '{"handshake": "'"$HANDSHAKE"'", "user_id": "'"$MERCHANT"'", "value": 150}'
call POST $integration/set-user-product-number "${json[@]}" -d '{"handshake": "wrong", "user_id": "'"$MERCHANT"'", "value": 150}'
call GET $integration/set-user-product-number
call GET /partner/v1/merchants/me/usage "${secret_key[@]}"
