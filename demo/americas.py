"""Customers in the Americas: at the end of the scenario it is still the day before there."""

from datetime import date

from actions.setup.validation import PolicyChanges
from demo.scenario import MONTHLY, YEARLY, Agreement, Buyer, Sale
from demo.scenario_steps import (
    AT_PERIOD_END,
    assigned,
    billed,
    canceled,
    extended,
    handed_to,
    licensed,
    moved_to,
    revoked,
    terminated,
    unlinked,
)
from domain.periods import BillingCycle, BillingModel
from domain.scheduling import NOW

AMERICAS = (
    Buyer(
        name="Viña Cordillera SpA",
        zone="America/Santiago",
        domain="vinacordillera.example",
        since=date(2020, 12, 14),
        members=("Camila Rojas", "Matías Fuentes", "Antonia Silva"),
        agreements=(Agreement("Contrato marco 2021", date(2020, 12, 1), date(2021, 11, 30)),),
        sales=(
            Sale(
                date(2020, 12, 14),
                "professional",
                quantity=10,
                add_ons=(("call-recording", 4),),
                agreement="Contrato marco 2021",
                then=(
                    assigned("Camila Rojas", "Matías Fuentes", on=date(2020, 12, 15), by="Camila Rojas"),
                    moved_to("business", date(2021, 2, 1), "Harvest", by="Camila Rojas"),
                    moved_to("enterprise", date(2021, 4, 5), "Export office opens"),
                ),
            ),
            Sale(
                date(2021, 6, 10),
                "contact-team",
                model=MONTHLY,
                quantity=2,
                then=(terminated(date(2021, 6, 14), "Ordered twice", "Camila Rojas"),),
            ),
        ),
    ),
    Buyer(
        name="Golden Fern Robotics Inc",
        zone="America/Los_Angeles",
        domain="goldenfern.example",
        since=date(2021, 1, 19),
        members=("Dana Whitfield", "Luis Ortega", "Hannah Brooks", "Wei Zhang", "Tasha Grant"),
        sales=(
            Sale(
                date(2021, 1, 19),
                "enterprise",
                quantity=25,
                add_ons=(("call-recording", 25), ("crm-connector", 10), ("call-analytics", 1)),
                numbers=("+12025550101", "+12025550102", "+18005550199"),
                settings={"singleSignOn": True, "identityProvider": "login.goldenfern.example"},
                then=(
                    assigned("Dana Whitfield", "Luis Ortega", "Hannah Brooks", on=date(2021, 1, 20)),
                    assigned("Wei Zhang", "Tasha Grant", on=date(2021, 3, 9), by="Dana Whitfield"),
                    licensed(18, date(2021, 5, 11), "A team moves out", "Dana Whitfield", AT_PERIOD_END),
                    revoked(date(2021, 6, 4), "It stays", "Dana Whitfield"),
                ),
            ),
            Sale(
                date(2021, 3, 5),
                "professional",
                quantity=2,
                model=MONTHLY,
                then=(canceled(AT_PERIOD_END, date(2021, 4, 20), "The booth closes", "Dana Whitfield"),),
            ),
            Sale(
                date(2021, 6, 8),
                "contact-scale",
                quantity=10,
                trial_days=21,
                by="Dana Whitfield",
                then=(
                    assigned("Hannah Brooks", on=date(2021, 6, 9), by="Dana Whitfield"),
                    licensed(12, date(2021, 6, 14), by="Dana Whitfield"),
                ),
            ),
        ),
    ),
    Buyer(
        name="Maple Row Bakery",
        zone="America/Toronto",
        domain="maplerow.example",
        since=date(2021, 2, 8),
        members=("Sophie Tremblay", "Owen Clarke"),
        bill_on_order_day=False,
        billing_day=1,
        sales=(
            Sale(
                date(2021, 2, 8),
                "contact-team",
                model=MONTHLY,
                quantity=2,
                then=(
                    assigned("Owen Clarke", on=date(2021, 2, 9), by="Sophie Tremblay"),
                    licensed(1, date(2021, 4, 22), "Quiet spring", "Sophie Tremblay", AT_PERIOD_END),
                ),
            ),
            Sale(
                date(2021, 6, 1),
                "professional",
                quantity=2,
                numbers=("+12025550103",),
                then=(moved_to("business", date(2021, 6, 8), "Orders by telephone", by="Sophie Tremblay"),),
            ),
        ),
    ),
    Buyer(
        name="Cafetal Serrano SAS",
        zone="America/Bogota",
        domain="cafetalserrano.example",
        since=date(2021, 4, 12),
        members=("Valentina Ríos", "Andrés Cárdenas"),
        policy=PolicyChanges(refund_window_days=30),
        sales=(
            Sale(
                date(2021, 4, 12),
                "business",
                quantity=4,
                add_ons=(("extra-storage", 1),),
                then=(
                    assigned("Valentina Ríos", "Andrés Cárdenas", on=date(2021, 4, 13)),
                    extended(date(2022, 12, 31), date(2021, 6, 7), "To the end of the budget year"),
                ),
            ),
            Sale(
                date(2021, 4, 20),
                "professional",
                model=MONTHLY,
                numbers=("+12025550104",),
                then=(billed(YEARLY, date(2021, 5, 5), "Cheaper by the year", "Valentina Ríos"),),
            ),
        ),
    ),
    Buyer(
        name="Maré Alta Móveis Ltda",
        zone="America/Sao_Paulo",
        domain="marealta.example",
        since=date(2021, 5, 3),
        members=("Beatriz Andrade", "Thiago Moreira"),
        sales=(
            Sale(
                date(2021, 5, 3),
                "professional",
                quantity=6,
                model=BillingModel(BillingCycle.MONTHLY, 2),
                add_ons=(("voicemail-to-text", 6),),
                then=(
                    assigned("Beatriz Andrade", on=date(2021, 5, 4)),
                    moved_to("business", date(2021, 6, 3)),
                ),
            ),
            Sale(
                date(2021, 5, 24),
                "contact-team",
                model=MONTHLY,
                then=(canceled(NOW, date(2021, 6, 9), "Too small a shop for it", "Beatriz Andrade"),),
            ),
        ),
    ),
    Buyer(
        name="Signal Cove Studios",
        zone="America/St_Johns",
        domain="signalcove.example",
        since=date(2021, 3, 30),
        members=("Bridget Power", "Declan Walsh"),
        bill_on_order_day=False,
        billing_day=16,
        sales=(
            Sale(
                date(2021, 3, 31),
                "contact-team",
                model=MONTHLY,
                auto_renewal=False,
                reason="For the festival alone",
            ),
            Sale(date(2021, 5, 17), "professional", model=MONTHLY, quantity=3, auto_renewal=False),
            Sale(date(2021, 5, 17), "business", starts_on=date(2020, 8, 15)),
        ),
    ),
    Buyer(
        name="Red Rock Orthodontics",
        zone="America/Denver",
        domain="redrockortho.example",
        since=date(2021, 2, 16),
        members=("Paul Begay", "Irene Castillo"),
        agreements=(Agreement("Practice telephony", date(2021, 2, 1)),),
        sales=(
            Sale(
                date(2021, 2, 16),
                "business",
                quantity=3,
                numbers=("+12025550105",),
                agreement="Practice telephony",
                settings={"ringSeconds": 40},
                then=(
                    assigned("Paul Begay", "Irene Castillo", on=date(2021, 2, 17)),
                    handed_to("bluemesadental.example", date(2021, 6, 14), "The practice was taken over"),
                ),
            ),
            Sale(
                date(2021, 4, 6),
                "professional",
                agreement="Practice telephony",
                then=(unlinked(date(2021, 6, 14), "Continues without a contract"),),
            ),
        ),
    ),
    Buyer(
        name="Blue Mesa Dental",
        zone="America/Denver",
        domain="bluemesadental.example",
        since=date(2021, 6, 11),
        members=("Rachel Yazzie",),
        agreements=(Agreement("Quote accepted 11 June 2021", date(2021, 6, 11), date(2022, 6, 10)),),
    ),
)
