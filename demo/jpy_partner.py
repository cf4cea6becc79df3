"""A second partner, in a currency without decimals. The first partner's tokens see nothing of it."""

from datetime import date

from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import AddOnInput, PlanInput
from demo.scenario import MONTHLY, Agreement, Buyer, NumberStock, Sale, Scenario, block, prices
from demo.scenario_steps import AT_PERIOD_END, assigned, canceled, moved_to
from demo.usd_partner import ENDS, STARTS

_RECORDING = AddOnInput("rokuon", "通話録音", prices(month=("150", "200"), year=("1500", "2000")))

_PHONE = SaveProduct(
    "denwa",
    "クラウド電話",
    (
        PlanInput(
            code="standard",
            name="スタンダード",
            rank=1,
            prices=prices(month=("2700", "3300"), year=("27000", "33000")),
            default_settings={"ringSeconds": 20},
            add_ons=(_RECORDING,),
        ),
        PlanInput(
            code="premium",
            name="プレミアム",
            rank=2,
            prices=prices(month=("5400", "6600"), year=("54000", "66000")),
            default_settings={"ringSeconds": 20, "callQueues": 5},
            add_ons=(_RECORDING,),
        ),
    ),
)

# Numbers with 0 after 050 are not in use, so no real telephone rings.
_STOCK = NumberStock(
    SaveSku("jp-050", "IP電話 050", prices(month=("300", "400"), year=("3000", "4000"))),
    block("+8150000000", 10),
)

_BUYERS = (
    Buyer(
        name="ひまわり書店",
        zone="Asia/Tokyo",
        domain="himawari-shoten.example",
        since=date(2020, 12, 15),
        members=("Aoi Nakamura", "Ren Kobayashi"),
        agreements=(Agreement("基本契約 2020", date(2020, 12, 1)),),
        sales=(
            Sale(
                date(2020, 12, 15),
                "standard",
                quantity=3,
                add_ons=(("rokuon", 3),),
                numbers=("+815000000001", "+815000000002"),
                agreement="基本契約 2020",
                then=(
                    assigned("Aoi Nakamura", "Ren Kobayashi", on=date(2020, 12, 16)),
                    moved_to("premium", date(2021, 4, 1), by="Aoi Nakamura"),
                ),
            ),
            Sale(
                date(2021, 3, 1),
                "premium",
                model=MONTHLY,
                quantity=2,
                then=(canceled(AT_PERIOD_END, date(2021, 6, 14), by="Aoi Nakamura"),),
            ),
        ),
    ),
    Buyer(
        name="みなと鉄工所",
        zone="Asia/Tokyo",
        domain="minato-tekko.example",
        since=date(2021, 5, 31),
        members=("Daichi Mori",),
        bill_on_order_day=False,
        billing_day=31,
        sales=(Sale(date(2021, 5, 31), "standard", quantity=12),),
    ),
    Buyer(
        name="Seaside Ryokan Honolulu",
        zone="Pacific/Honolulu",
        domain="seasideryokan.example",
        since=date(2021, 6, 7),
        members=("Naomi Kahale", "Sho Fujita"),
        sales=(
            Sale(date(2021, 6, 7), "premium", trial_days=30),
            Sale(date(2021, 6, 7), "standard", model=MONTHLY, quantity=4, numbers=("+815000000003",)),
        ),
    ),
)

JPY_PARTNER = Scenario(
    name="Tsubame Telecom K.K.",
    currency="JPY",
    starts=STARTS,
    ends=ENDS,
    staff="Yui Takahashi",
    products=(_PHONE,),
    stock=(_STOCK,),
    buyers=_BUYERS,
)
