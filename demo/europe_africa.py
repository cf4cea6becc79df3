"""Customers from London to Nairobi, among them zones that skip midnight on some days."""

from datetime import date

from actions.setup.validation import PolicyChanges
from demo.scenario import MONTHLY, Agreement, Buyer, Sale
from demo.scenario_steps import (
    AT_PERIOD_END,
    assigned,
    canceled,
    licensed,
    linked,
    moved_to,
    on_day,
    terminated,
    unassigned,
    with_numbers,
    without_add_on,
)
from domain.periods import BillingCycle, BillingModel
from domain.policy import CancellationAdjustment, ProrationUnit
from domain.subscription import ContractStatus

EUROPE_AFRICA = (
    Buyer(
        name="Spreewald Optik GmbH",
        zone="Europe/Berlin",
        domain="spreewald-optik.example",
        since=date(2020, 12, 31),
        members=("Jürgen Albrecht", "Lena Schöne", "Tobias Krüger", "Mareike Vogt"),
        agreements=(Agreement("Rahmenvertrag 2021", date(2021, 1, 1), date(2023, 12, 31)),),
        sales=(
            Sale(
                date(2020, 12, 31),
                "business",
                quantity=5,
                model=BillingModel(BillingCycle.MONTHLY, 6),
                add_ons=(("call-recording", 5), ("crm-connector", 5)),
                numbers=("+493023125001", "+493023125002"),
                reason="Five branches",
                then=(
                    assigned("Jürgen Albrecht", "Lena Schöne", "Tobias Krüger", on=date(2021, 1, 4)),
                    linked("Rahmenvertrag 2021", date(2021, 1, 8)),
                    with_numbers("+493023125004", on=date(2021, 3, 2), reason="A sixth branch"),
                    unassigned("Tobias Krüger", on=date(2021, 5, 31), reason="Left", by="Lena Schöne"),
                    assigned("Mareike Vogt", on=date(2021, 6, 1), by="Lena Schöne"),
                ),
            ),
            Sale(
                date(2021, 2, 1),
                "professional",
                quantity=3,
                numbers=("+493023125003",),
                agreement="Rahmenvertrag 2021",
                then=(moved_to("business", date(2021, 5, 3), "Same plan as the branches", by="Lena Schöne"),),
            ),
        ),
    ),
    Buyer(
        name="Tidewater Architects LLP",
        zone="Europe/London",
        domain="tidewater-architects.example",
        since=date(2021, 5, 28),
        members=("Eleanor Whitcombe", "Samir Patel", "Ffion Rees"),
        bill_on_order_day=False,
        billing_day=28,
        agreements=(
            Agreement("Studio services", date(2021, 1, 1)),
            Agreement("Second studio", date(2021, 9, 1), None, ContractStatus.DRAFT),
        ),
        sales=(
            Sale(
                date(2021, 5, 28),
                "business",
                starts_on=date(2020, 10, 5),
                quantity=9,
                add_ons=(("voicemail-to-text", 9), ("wallboard", 1)),
                numbers=("+442079460001", "+442079460002", "+442079460003"),
                agreement="Studio services",
                reason="Taken over from the former provider",
                then=(
                    assigned("Eleanor Whitcombe", "Samir Patel", "Ffion Rees", on=date(2021, 5, 31)),
                    moved_to("enterprise", date(2021, 6, 9), "Single sign-on is needed"),
                ),
            ),
            Sale(
                date(2021, 6, 2),
                "professional",
                model=MONTHLY,
                numbers=("+442079460004",),
                settings={"site": "Bermondsey"},
                by="Eleanor Whitcombe",
                then=(terminated(date(2021, 6, 10), "The site is given up", "Eleanor Whitcombe"),),
            ),
        ),
    ),
    Buyer(
        name="Atelier Mistral SARL",
        zone="Europe/Paris",
        domain="ateliermistral.example",
        since=date(2021, 3, 31),
        members=("Chloé Marchand", "Étienne Lacroix"),
        policy=PolicyChanges(allow_refund=False, cancellation_adjustment=CancellationAdjustment.NONE),
        sales=(
            Sale(
                date(2021, 3, 31),
                "professional",
                model=BillingModel(BillingCycle.MONTHLY, 3),
                add_ons=(("fax-to-email", 1), ("voicemail-to-text", 1)),
                numbers=("+33199000001",),
                then=(
                    assigned("Chloé Marchand", on=date(2021, 4, 1)),
                    canceled(AT_PERIOD_END, date(2021, 6, 7), "L'atelier ferme en juillet", "Chloé Marchand"),
                ),
            ),
        ),
    ),
    Buyer(
        name="Fjordlys Rederi AS",
        zone="Europe/Oslo",
        domain="fjordlys.example",
        since=date(2021, 1, 4),
        members=("Ingrid Solheim", "Magnus Dahl", "Sigrid Haugen"),
        agreements=(Agreement("Fleet communications", date(2021, 1, 1), date(2021, 12, 31)),),
        sales=(
            Sale(
                date(2021, 1, 4),
                "enterprise",
                starts_on=date(2020, 2, 29),
                quantity=15,
                model=BillingModel(BillingCycle.YEARLY, 2),
                add_ons=(("call-recording", 15), ("extra-storage", 4)),
                agreement="Fleet communications",
                settings={"ringSeconds": 45, "site": "Bergen"},
                reason="Taken over from the former provider",
                then=(
                    assigned("Ingrid Solheim", "Magnus Dahl", on=date(2021, 1, 5)),
                    licensed(12, date(2021, 6, 2), "Three ships are sold", when=AT_PERIOD_END),
                ),
            ),
            Sale(
                date(2021, 1, 31),
                "professional",
                model=MONTHLY,
                numbers=("+442079460005",),
                reason="London agency, billed at the end of each month",
            ),
            Sale(
                date(2021, 5, 25),
                "contact-team",
                quantity=3,
                trial_days=60,
                then=(assigned("Sigrid Haugen", on=date(2021, 5, 26)),),
            ),
        ),
    ),
    Buyer(
        name="Nile Lotus Clinics",
        zone="Africa/Cairo",
        domain="nilelotus.example",
        since=date(2021, 5, 25),
        members=("Nour El Masry", "Karim Fahmy"),
        bill_on_order_day=False,
        billing_day=20,
        sales=(
            Sale(
                date(2021, 5, 25),
                "contact-team",
                quantity=6,
                add_ons=(("call-recording", 6), ("wallboard", 1)),
                then=(
                    assigned("Nour El Masry", "Karim Fahmy", on=date(2021, 5, 26)),
                    without_add_on(
                        "wallboard", date(2021, 6, 6), "Nobody looks at it", "Nour El Masry", AT_PERIOD_END
                    ),
                ),
            ),
            Sale(date(2021, 6, 15), "professional", model=MONTHLY, quantity=4),
        ),
    ),
    Buyer(
        name="Savanna Solar Ltd",
        zone="Africa/Nairobi",
        domain="savannasolar.example",
        since=date(2021, 2, 22),
        members=("Wanjiru Kamau", "Otieno Odhiambo"),
        policy=PolicyChanges(proration_unit=ProrationUnit.ANNIVERSARY_MONTH),
        sales=(
            Sale(
                date(2021, 2, 22),
                "professional",
                quantity=7,
                then=(
                    assigned("Wanjiru Kamau", "Otieno Odhiambo", on=date(2021, 2, 23)),
                    moved_to("business", date(2021, 5, 10), "More callers since the rains"),
                ),
            ),
            Sale(
                date(2021, 3, 8),
                "professional",
                quantity=2,
                then=(canceled(on_day(date(2021, 6, 1)), date(2021, 6, 8), "Depot closed on 1 June"),),
            ),
        ),
    ),
    Buyer(
        name="Cedar Page Publishing",
        zone="Asia/Beirut",
        domain="cedarpage.example",
        since=date(2021, 3, 1),
        members=("Maya Haddad", "Elias Khoury"),
        sales=(
            Sale(
                date(2021, 3, 1),
                "enterprise",
                then=(moved_to("business", date(2021, 4, 19), "Fewer callers than expected"),),
            ),
            Sale(
                date(2021, 4, 1),
                "contact-team",
                model=MONTHLY,
                trial_days=30,
                then=(assigned("Maya Haddad", on=date(2021, 4, 2)),),
            ),
        ),
    ),
)
