"""`make bench`: all parts, one report, printed and kept in docs/performance.md.

With --against: only the comparison with another checkout, printed.
"""

import argparse
import os
from pathlib import Path

from tools.bench import against, growth, loading, mutations, reading, renewals
from tools.bench.report import Report, circumstances

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="also with a million subscriptions")
    parser.add_argument("--quick", action="store_true", help="a third of the rounds, for a busy machine")
    parser.add_argument("--against", type=Path, help="another checkout with its own .venv")
    options = parser.parse_args()
    load, _, _ = os.getloadavg()
    times = 1 if options.quick else 3
    report = Report()
    report.say("Circumstances", circumstances(load))
    if options.against:
        against.run(report, options.against, rounds=5 * times, count=20 * times, loaded=3_000 * times)
    else:
        reading.run(report, count=5000, rounds=9 * times)
        mutations.run(report, count=50 * times)
        renewals.run(report, count=1000, rounds=3 * times)
        loading.run(report, count=10_000 * times)
        growth.run(report, (*growth.SIZES, growth.MILLION) if options.million else growth.SIZES)
        report.write()
