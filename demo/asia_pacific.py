"""Customers from Kathmandu to Kiritimati, where the day begins, and back to Pago Pago, where it ends."""

from datetime import date

from actions.extend_subscription import QuickExtension
from actions.setup.validation import PolicyChanges
from demo.scenario import MONTHLY, Agreement, Buyer, Sale
from demo.scenario_steps import (
    AT_PERIOD_END,
    assigned,
    billed,
    canceled,
    configured,
    extended,
    licensed,
    moved_to,
    renewing,
    swapped,
    terminated,
    with_add_ons,
)
from domain.periods import BillingCycle, BillingModel
from domain.policy import ProrationUnit, UpgradeBasis
from domain.scheduling import NOW
from domain.subscription import ContractStatus

ASIA_PACIFIC = (
    Buyer(
        name="Lantern Harbour Hotels Ltd",
        zone="Asia/Hong_Kong",
        domain="lanternharbour.example",
        since=date(2020, 11, 23),
        members=("Vivian Cheung", "Jason Lau", "Kelly Ho", "Marcus Yip"),
        agreements=(
            Agreement("Group telephony framework", date(2020, 12, 1), date(2022, 11, 30)),
            Agreement("Pilot at the Peak", date(2019, 5, 1), date(2020, 4, 30), ContractStatus.ENDED),
        ),
        sales=(
            Sale(
                date(2020, 12, 1),
                "professional",
                quantity=12,
                add_ons=(("call-recording", 12), ("extra-storage", 2)),
                agreement="Group telephony framework",
                then=(
                    assigned(
                        "Vivian Cheung", "Jason Lau", "Kelly Ho", on=date(2020, 12, 2), by="Vivian Cheung"
                    ),
                    moved_to("business", date(2021, 3, 15), "Call queues for the reservations desk"),
                    licensed(14, date(2021, 5, 4), "Two more at the concierge desk", "Vivian Cheung"),
                ),
            ),
            Sale(
                date(2021, 5, 20),
                "contact-team",
                quantity=4,
                model=MONTHLY,
                add_ons=(("wallboard", 1),),
                by="Vivian Cheung",
                then=(
                    assigned("Marcus Yip", on=date(2021, 5, 21), by="Vivian Cheung"),
                    canceled(
                        AT_PERIOD_END, date(2021, 6, 9), "A month of trying was enough", "Vivian Cheung"
                    ),
                ),
            ),
        ),
    ),
    Buyer(
        name="Sakura Lane Print Works",
        zone="Asia/Tokyo",
        domain="sakuralane.example",
        since=date(2021, 1, 12),
        members=("Haruka Sato", "Kenji Watanabe"),
        policy=PolicyChanges(proration_unit=ProrationUnit.DAY),
        sales=(
            Sale(
                date(2021, 1, 12),
                "business",
                quantity=3,
                settings={"ringSeconds": 15, "locale": "ja-JP"},
                then=(
                    assigned("Haruka Sato", "Kenji Watanabe", on=date(2021, 1, 13)),
                    configured(
                        {"ringSeconds": 25, "musicOnHold": "koto"}, date(2021, 2, 3), by="Haruka Sato"
                    ),
                    billed(MONTHLY, date(2021, 5, 24), "Wishes to pay by the month", "Haruka Sato"),
                ),
            ),
        ),
    ),
    Buyer(
        name="Line Islands Divers",
        zone="Pacific/Kiritimati",
        domain="lineislandsdivers.example",
        since=date(2021, 1, 31),
        members=("Tiare Ioane", "Bwere Tekinene"),
        sales=(
            Sale(
                date(2021, 1, 31),
                "professional",
                model=BillingModel(BillingCycle.MONTHLY, 6),
                quantity=2,
                then=(
                    assigned("Tiare Ioane", on=date(2021, 2, 1)),
                    extended(
                        QuickExtension(2, BillingCycle.MONTHLY), date(2021, 6, 1), "Until the season ends"
                    ),
                ),
            ),
            Sale(date(2021, 5, 17), "professional", model=MONTHLY, auto_renewal=False, reason="Season only"),
        ),
    ),
    Buyer(
        name="Bluegum Veterinary Clinics",
        zone="Australia/Sydney",
        domain="bluegumvets.example",
        since=date(2020, 12, 7),
        members=("Olivia Hart", "Noah Pemberton", "Isla McRae"),
        agreements=(Agreement("Clinics agreement", date(2020, 12, 1)),),
        sales=(
            Sale(
                date(2020, 12, 7),
                "enterprise",
                quantity=6,
                add_ons=(("call-recording", 6), ("call-analytics", 1)),
                numbers=("+61255500001", "+61255500002", "+61255500003"),
                agreement="Clinics agreement",
                then=(
                    assigned("Olivia Hart", "Noah Pemberton", "Isla McRae", on=date(2020, 12, 8)),
                    swapped(
                        "+61255500003", "+61255500012", on=date(2021, 2, 17), reason="Easier to remember"
                    ),
                    with_add_ons(
                        {"call-recording": 4}, date(2021, 6, 3), "Two rooms close", when=AT_PERIOD_END
                    ),
                ),
            ),
            Sale(
                date(2021, 6, 1),
                "contact-scale",
                quantity=2,
                trial_days=30,
                by="Olivia Hart",
                then=(assigned("Isla McRae", on=date(2021, 6, 2), by="Olivia Hart"),),
            ),
        ),
    ),
    Buyer(
        name="Kōwhai Surf School",
        zone="Pacific/Auckland",
        domain="kowhaisurf.example",
        since=date(2021, 6, 14),
        members=("Aroha Ngata",),
        sales=(Sale(date(2021, 6, 14), "professional", trial_days=14, quantity=2),),
    ),
    Buyer(
        name="Monsoon Leaf Tea Traders",
        zone="Asia/Kolkata",
        domain="monsoonleaf.example",
        since=date(2021, 5, 31),
        members=("Ananya Iyer", "Rohan Mehta", "Kavya Nair"),
        bill_on_order_day=False,
        billing_day=31,
        sales=(
            Sale(
                date(2021, 5, 31),
                "professional",
                starts_on=date(2020, 9, 1),
                quantity=8,
                add_ons=(("fax-to-email", 1),),
                reason="Taken over from the former provider",
                then=(
                    assigned("Ananya Iyer", "Rohan Mehta", "Kavya Nair", on=date(2021, 6, 1)),
                    with_add_ons({"fax-to-email": 2, "voicemail-to-text": 8}, date(2021, 6, 8)),
                ),
            ),
            Sale(
                date(2021, 6, 4),
                "contact-team",
                quantity=5,
                then=(
                    moved_to("contact-scale", date(2021, 6, 11)),
                    canceled(NOW, date(2021, 6, 14), "The project was called off", "Ananya Iyer"),
                ),
            ),
        ),
    ),
    Buyer(
        name="Annapurna Trek & Tour",
        zone="Asia/Kathmandu",
        domain="annapurnatrek.example",
        since=date(2021, 2, 8),
        members=("Pemba Gurung", "Sita Thapa"),
        policy=PolicyChanges(upgrade_basis=UpgradeBasis.DIFFERENCE),
        sales=(
            Sale(
                date(2021, 2, 8),
                "professional",
                quantity=2,
                then=(
                    moved_to("business", date(2021, 4, 2), "Climbing season", by="Pemba Gurung"),
                    moved_to("professional", date(2021, 6, 7), "The season is over", by="Pemba Gurung"),
                ),
            ),
        ),
    ),
    Buyer(
        name="Tutuila Marine Supply",
        zone="Pacific/Pago_Pago",
        domain="tutuilamarine.example",
        since=date(2021, 4, 1),
        members=("Sina Leota",),
        sales=(
            Sale(
                date(2021, 4, 1),
                "business",
                model=BillingModel(BillingCycle.MONTHLY, 3),
                quantity=2,
                then=(
                    renewing(False, date(2021, 5, 6), "Thinking it over", "Sina Leota"),
                    renewing(True, date(2021, 6, 10), "Stays after all", "Sina Leota"),
                ),
            ),
            Sale(
                date(2021, 5, 4),
                "contact-team",
                then=(terminated(date(2021, 6, 11), "Wrong product"),),
            ),
            Sale(
                date(2021, 4, 1),
                "professional",
                starts_on=date(2019, 9, 1),
                model=BillingModel(BillingCycle.YEARLY, 2),
            ),
        ),
    ),
)
