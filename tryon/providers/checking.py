"""The daily check of a merchant's key: a key that died is told like one that failed a try-on, before it fails one."""

from tryon.config import Settings
from tryon.engines.gemini.models import ModelCheck
from tryon.engines.hosted.failures import ProviderFailure
from tryon.jobqueue import JobQueue
from tryon.merchants.google_key_checks import CODES, recheck
from tryon.outbound import Outbound
from tryon.providers.breaker import Account, note_failure
from tryon.providers.choosing import GEMINI
from tryon.providers.standing import standing_of


def check_google_key(merchant_id: str, *, outbound: Outbound, settings: Settings, queue: JobQueue) -> ModelCheck | None:
    """None where there is no key that can be read."""
    found = recheck(merchant_id, outbound=outbound, settings=settings)
    key = standing_of(merchant_id).keys.get(GEMINI)
    if found is not None and key is not None and found.state in CODES:
        failure = ProviderFailure(found.state, merchant_message=found.sentence).as_error()
        note_failure(Account(merchant_id, GEMINI, key.fingerprint), failure, generation_id="", queue=queue)
    return found
