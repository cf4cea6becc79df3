"""`make bench`: all parts, one report, printed and kept in docs/performance.md."""

import argparse
import os

from bench import growth, mutations, reading, renewals
from bench.report import Report, circumstances

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--million", action="store_true", help="also with a million subscriptions: minutes more"
    )
    options = parser.parse_args()
    load, _, _ = os.getloadavg()
    report = Report()
    report.say("Circumstances", circumstances(load))
    reading.run(report, count=5000, rounds=31)
    mutations.run(report, count=100)
    renewals.run(report, count=1000, rounds=5)
    growth.run(report, (*growth.SIZES, growth.MILLION) if options.million else growth.SIZES)
    report.write()
