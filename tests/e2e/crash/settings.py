"""Settings of the processes that crash tests start: the site's own, with claims that end soon."""

from quizsite.settings import *  # noqa: F403

# A dead worker's jobs come back after this; nobody wants to wait out the real minute.
SECONDREAD_CLAIM_SECONDS = 10
