"""Customers from Kathmandu to Kiritimati, where the day begins, and back to Pago Pago, where it ends."""

from datetime import date

from actions.setup.policy import PolicyChanges
from demo.steps import moved_to
from demo.story import MONTHLY, Agreement, Party, Sale
from domain.contracts import ContractStatus
from domain.periods import BillingCycle, BillingModel
from domain.policy import ProrationUnit, UpgradeBasis

ASIA_PACIFIC = (
    Party(
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
                then=(moved_to("business", date(2021, 3, 15), "Call queues for the reservations desk"),),
            ),
            Sale(
                date(2021, 5, 20),
                "contact-team",
                quantity=4,
                model=MONTHLY,
                add_ons=(("wallboard", 1),),
                by="Vivian Cheung",
            ),
        ),
    ),
    Party(
        name="Sakura Lane Print Works",
        zone="Asia/Tokyo",
        domain="sakuralane.example",
        since=date(2021, 1, 12),
        members=("Haruka Sato", "Kenji Watanabe"),
        policy=PolicyChanges(proration_unit=ProrationUnit.DAY),
        sales=(
            Sale(date(2021, 1, 12), "business", quantity=3, settings={"ringSeconds": 15, "locale": "ja-JP"}),
        ),
    ),
    Party(
        name="Line Islands Divers",
        zone="Pacific/Kiritimati",
        domain="lineislandsdivers.example",
        since=date(2021, 1, 31),
        members=("Tiare Ioane", "Bwere Tekinene"),
        sales=(
            Sale(date(2021, 1, 31), "professional", model=BillingModel(BillingCycle.MONTHLY, 6), quantity=2),
            Sale(date(2021, 5, 17), "professional", model=MONTHLY, auto_renewal=False, reason="Season only"),
        ),
    ),
    Party(
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
            ),
            Sale(date(2021, 6, 1), "contact-scale", quantity=2, trial_days=30, by="Olivia Hart"),
        ),
    ),
    Party(
        name="Kōwhai Surf School",
        zone="Pacific/Auckland",
        domain="kowhaisurf.example",
        since=date(2021, 6, 14),
        members=("Aroha Ngata",),
        sales=(Sale(date(2021, 6, 14), "professional", trial_days=14, quantity=2),),
    ),
    Party(
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
            ),
            Sale(
                date(2021, 6, 4),
                "contact-team",
                quantity=5,
                then=(moved_to("contact-scale", date(2021, 6, 11)),),
            ),
        ),
    ),
    Party(
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
    Party(
        name="Tutuila Marine Supply",
        zone="Pacific/Pago_Pago",
        domain="tutuilamarine.example",
        since=date(2021, 4, 1),
        members=("Sina Leota",),
        sales=(
            Sale(date(2021, 4, 1), "business", model=BillingModel(BillingCycle.MONTHLY, 3), quantity=2),
            Sale(
                date(2021, 4, 1),
                "professional",
                starts_on=date(2019, 9, 1),
                model=BillingModel(BillingCycle.YEARLY, 2),
            ),
        ),
    ),
)
