"""One worker process: python -m tools.chaos.worker_process URL BASE BEGAN SPEED STOP."""

import asyncio
import logging
import sys

import structlog

from tools.chaos.clock import FastClock
from workers.renewals import RenewalWorker

if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(RenewalWorker(sys.argv[1], FastClock.from_arguments(sys.argv[2:]), poll=0.05).run())
