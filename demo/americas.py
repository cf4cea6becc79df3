"""Customers of the Americas: when the story ends, it is still the day before for them."""

from datetime import date

from actions.setup.policy import PolicyChanges
from demo.steps import moved_to
from demo.story import MONTHLY, Agreement, Party, Sale
from domain.periods import BillingCycle, BillingModel

AMERICAS = (
    Party(
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
                    moved_to("business", date(2021, 2, 1), "Harvest", by="Camila Rojas"),
                    moved_to("enterprise", date(2021, 4, 5), "Export office opens"),
                ),
            ),
            Sale(date(2021, 6, 10), "contact-team", model=MONTHLY, quantity=2),
        ),
    ),
    Party(
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
            ),
            Sale(date(2021, 6, 8), "contact-scale", quantity=10, trial_days=21, by="Dana Whitfield"),
        ),
    ),
    Party(
        name="Maple Row Bakery",
        zone="America/Toronto",
        domain="maplerow.example",
        since=date(2021, 6, 1),
        members=("Sophie Tremblay", "Owen Clarke"),
        bill_on_order_day=False,
        billing_day=1,
        sales=(
            Sale(
                date(2021, 6, 1),
                "professional",
                quantity=2,
                numbers=("+12025550103",),
                then=(moved_to("business", date(2021, 6, 8), "Orders by telephone", by="Sophie Tremblay"),),
            ),
        ),
    ),
    Party(
        name="Cafetal Serrano SAS",
        zone="America/Bogota",
        domain="cafetalserrano.example",
        since=date(2021, 4, 12),
        members=("Valentina Ríos", "Andrés Cárdenas"),
        policy=PolicyChanges(refund_window_days=30),
        sales=(
            Sale(date(2021, 4, 12), "business", quantity=4, add_ons=(("extra-storage", 1),)),
            Sale(date(2021, 5, 30), "professional", model=MONTHLY, numbers=("+12025550104",)),
        ),
    ),
    Party(
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
                then=(moved_to("business", date(2021, 6, 3)),),
            ),
        ),
    ),
    Party(
        name="Signal Cove Studios",
        zone="America/St_Johns",
        domain="signalcove.example",
        since=date(2021, 5, 17),
        members=("Bridget Power", "Declan Walsh"),
        bill_on_order_day=False,
        billing_day=16,
        sales=(
            Sale(date(2021, 5, 17), "professional", model=MONTHLY, quantity=3, auto_renewal=False),
            Sale(date(2021, 5, 17), "business", starts_on=date(2020, 8, 15)),
        ),
    ),
    Party(
        name="Blue Mesa Dental",
        zone="America/Denver",
        domain="bluemesadental.example",
        since=date(2021, 6, 11),
        members=("Rachel Yazzie",),
        agreements=(Agreement("Quote accepted 11 June 2021", date(2021, 6, 11), date(2022, 6, 10)),),
    ),
)
