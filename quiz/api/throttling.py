"""How often an account may call the API: counted in each process, since every call counts."""

from __future__ import annotations

from typing import cast

from django.core.cache import BaseCache, caches
from django.utils.connection import ConnectionProxy
from rest_framework.throttling import UserRateThrottle


class ProcessThrottle(UserRateThrottle):
    """The rate of `DEFAULT_THROTTLE_RATES`, without a write to the database at each call."""

    cache = cast("BaseCache", ConnectionProxy(caches, "process"))
