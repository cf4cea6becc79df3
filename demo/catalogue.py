"""The catalogue of the article's partner: the two published plans, and more plans, add-ons and numbers."""

from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import AddOnInput, PlanInput
from demo.scenario import NumberStock, block, prices

_RECORDING = AddOnInput(
    "call-recording", "Call Recording", prices(month=("1.50", "2.00"), year=("15.00", "20.00"))
)
_VOICEMAIL = AddOnInput(
    "voicemail-to-text", "Voicemail to Text", prices(month=("0.75", "1.00"), year=("7.50", "10.00"))
)
_STORAGE = AddOnInput(
    "extra-storage", "Extra Storage, 100 GB", prices(month=("3.00", "4.00"), year=("30.00", "40.00"))
)
# Only with Professional: before an upgrade it must be canceled.
_FAX = AddOnInput("fax-to-email", "Fax to Email", prices(month=("2.25", "3.00"), year=("22.50", "30.00")))
_CRM = AddOnInput("crm-connector", "CRM Connector", prices(month=("6.00", "8.00"), year=("60.00", "80.00")))
_WALLBOARD = AddOnInput(
    "wallboard", "Live Wallboard", prices(month=("4.50", "6.00"), year=("45.00", "60.00"))
)
_ANALYTICS = AddOnInput(
    "call-analytics", "Call Analytics", prices(month=("11.25", "15.00"), year=("112.50", "150.00"))
)

CLOUD_PHONE = SaveProduct(
    "cloud-phone",
    "Cloud Phone",
    (
        PlanInput(
            code="professional",
            name="Professional",
            rank=1,
            prices=prices(month=("36.50", "37.00"), year=("365.00", "370.00")),
            default_settings={"ringSeconds": 20, "voicemail": True},
            add_ons=(_RECORDING, _VOICEMAIL, _STORAGE, _FAX),
        ),
        PlanInput(
            code="business",
            name="Business",
            rank=2,
            prices=prices(month=("73.00", "74.00"), year=("730.00", "740.00")),
            default_settings={"ringSeconds": 20, "voicemail": True, "callQueues": 3},
            add_ons=(_RECORDING, _VOICEMAIL, _STORAGE, _CRM, _WALLBOARD),
        ),
        PlanInput(
            code="enterprise",
            name="Enterprise",
            rank=3,
            prices=prices(month=("146.00", "148.00"), year=("1460.00", "1480.00")),
            default_settings={"ringSeconds": 20, "voicemail": True, "callQueues": 25, "singleSignOn": True},
            add_ons=(_RECORDING, _VOICEMAIL, _STORAGE, _CRM, _WALLBOARD, _ANALYTICS),
        ),
    ),
)

CONTACT_CENTRE = SaveProduct(
    "contact-centre",
    "Contact Centre",
    (
        PlanInput(
            code="contact-team",
            name="Contact Centre Team",
            rank=1,
            prices=prices(month=("54.00", "65.00"), year=("540.00", "650.00")),
            default_settings={"channels": ["voice", "chat"]},
            add_ons=(_RECORDING, _WALLBOARD),
        ),
        PlanInput(
            code="contact-scale",
            name="Contact Centre Scale",
            rank=2,
            prices=prices(month=("96.00", "115.00"), year=("960.00", "1150.00")),
            default_settings={"channels": ["voice", "chat", "e-mail"], "skillsRouting": True},
            add_ons=(_RECORDING, _WALLBOARD, _CRM, _ANALYTICS),
        ),
    ),
)

_LOCAL = prices(month=("1.60", "2.00"), year=("16.00", "20.00"))
_TOLL_FREE = prices(month=("4.00", "5.00"), year=("40.00", "50.00"))

# Numbers that are reserved for fiction, so that no real telephone rings.
STOCK = (
    NumberStock(SaveSku("us-local", "Washington, DC", _LOCAL), block("+120255501", 20)),
    NumberStock(
        SaveSku("us-toll-free", "United States, toll-free", _TOLL_FREE),
        tuple(f"+1{area}5550199" for area in (800, 844, 855, 866, 877, 888)),
    ),
    NumberStock(SaveSku("gb-london", "London", _LOCAL), block("+4420794600", 16)),
    NumberStock(SaveSku("de-berlin", "Berlin", _LOCAL), block("+4930231250", 12)),
    NumberStock(SaveSku("fr-paris", "Paris", _LOCAL), block("+331990000", 12)),
    NumberStock(SaveSku("au-sydney", "Sydney", _LOCAL), block("+612555000", 12)),
)
