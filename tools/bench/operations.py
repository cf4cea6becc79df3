"""The reading operations, in our schema and in PostGraphile's."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from resolvers.ids import to_global_id
from tools.bench.data import PARTNER

SUBSCRIPTION = """
  id reference status quantity autoRenewal purchasedOn version term { number startsOn endsOn }
  plan { id code name } addOns { id code name quantity status }
  numbers(first: 10) { edges { node { id e164 skuCode } } }
  assignees(first: 10) { edges { node { id name email } } }
  history(first: 2) { edges { node {
    id action actor effectiveOn summary lines { kind quantity periodStartsOn periodEndsOn price { amount } }
  } } }"""
QUOTE = """
  effectiveOn statusAfter price { amount } renewalPriceBefore { amount } renewalPriceAfter { amount }
  lines {
    kind quantity periodStartsOn periodEndsOn fraction { numerator denominator }
    unitPrice { amount } price { amount }
  }"""

# The aliases and `normal` turn PostGraphile's answers into ours.
THEIR_SUBSCRIPTION = """
  CustomerSubscription: rowId reference status quantity autoRenewal purchasedOn version
  term_number: termNumber term_startsOn: termStartsOn term_endsBefore: termEndsBefore
  plan: planByPartnerIdAndPlanId { Plan: rowId code name }
  addOns: addOnsByPartnerIdAndSubscriptionId(orderBy: [CODE_ASC, ROW_ID_ASC]) {
    nodes { AddOn: rowId code name quantity status }
  }
  numbers: phoneNumbersByPartnerIdAndSubscriptionId(first: 10, orderBy: [E164_ASC, ROW_ID_ASC]) {
    edges { node { PhoneNumber: rowId e164 skuCode } }
  }
  assignees: assigneesByPartnerIdAndSubscriptionId(first: 10, orderBy: [MEMBER_ID_ASC]) {
    edges { node { itself: memberByPartnerIdAndMemberId { Member: rowId name email } } }
  }
  history: historiesByPartnerIdAndSubscriptionId(first: 2, orderBy: [VERSION_DESC, ROW_ID_DESC]) {
    edges { node {
      HistoryRecord: rowId action actor effectiveOn summary
      lines: chargeLinesByPartnerIdAndRecordId(orderBy: [POSITION_ASC, ROW_ID_ASC]) {
        nodes { kind quantity periodStartsOn: startsOn periodEndsBefore: endsBefore price_amount: price }
      }
    } }
  }"""


@dataclass(frozen=True)
class Operation:
    """`times` is the number of requests in one turn; `theirs` is PostGraphile's document, if any."""

    document: str
    variables: dict[str, Any]
    times: int
    theirs: str | None = None


DETAIL = f"query($r: String!) {{ subscription(by: {{reference: $r}}) {{ {SUBSCRIPTION} }} }}"
THEIR_DETAIL = f"""query($r: String!, $p: UUID!) {{
  subscription: customerSubscriptionByPartnerIdAndReference(partnerId: $p, reference: $r) {{
    {THEIR_SUBSCRIPTION} }} }}"""
LIST = """query($n: Int!) { subscriptions(first: $n) { edges { node {
  id reference status quantity autoRenewal purchasedOn version term { number startsOn endsOn }
  plan { code name } customer { name } } } } }"""
THEIR_LIST = """query($n: Int!, $p: UUID!) {
  subscriptions: allCustomerSubscriptions(
    first: $n, condition: {partnerId: $p}, orderBy: [REFERENCE_ASC, ROW_ID_ASC]
  ) { edges { node {
    CustomerSubscription: rowId reference status quantity autoRenewal purchasedOn version
    term_number: termNumber term_startsOn: termStartsOn term_endsBefore: termEndsBefore
    plan: planByPartnerIdAndPlanId { code name }
    customer: customerByPartnerIdAndCustomerId { name }
  } } } }"""
NESTED_PAGE = f"""query($n: Int!) {{ customers(first: $n) {{ edges {{ node {{ id orgUuid name timeZone
  subscriptions(first: 10) {{ edges {{ node {{ {SUBSCRIPTION} }} }} }} }} }} }} }}"""
THEIR_NESTED_PAGE = f"""query($n: Int!, $p: UUID!) {{
  customers: allCustomers(first: $n, condition: {{partnerId: $p}}, orderBy: [NAME_ASC, ROW_ID_ASC]) {{
    edges {{ node {{ Customer: rowId orgUuid name timeZone
      subscriptions: customerSubscriptionsByPartnerIdAndCustomerId(
        first: 10, orderBy: [REFERENCE_ASC, ROW_ID_ASC]
      ) {{ edges {{ node {{ {THEIR_SUBSCRIPTION} }} }} }}
    }} }} }} }}"""
PREVIEW = f"""query($c: SubscriptionChange!) {{ previewProration(change: $c) {{
  quote {{ {QUOTE} }} userErrors {{ code }} }} }}"""


def operations(*, customers: int = 50, page: int = 50, number: int = 101) -> dict[str, Operation]:
    """`number` is that of the subscription."""
    subscription = to_global_id("CustomerSubscription", UUID(f"00000007-0000-7000-8000-{number:012x}"))
    change = {"changePlan": {"subscriptionId": subscription, "planCode": "premium"}}
    return {
        "detail": Operation(DETAIL, {"r": f"S-{number:07}"}, 50, THEIR_DETAIL),
        "list": Operation(LIST, {"n": page}, 30, THEIR_LIST),
        "nested page": Operation(NESTED_PAGE, {"n": customers}, 1, THEIR_NESTED_PAGE),
        "preview": Operation(PREVIEW, {"c": change}, 30),
    }


def their_variables(operation: Operation) -> dict[str, Any]:
    return {**operation.variables, "p": str(PARTNER)}


def normal(answer: Any) -> Any:
    """PostGraphile's answer in our shape; its aliases name what each value is."""
    if isinstance(answer, list):
        return [normal(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    if "nodes" in answer or "itself" in answer:
        [only] = answer.values()
        return normal(only)
    made: dict[str, Any] = {}
    for alias, value in answer.items():
        outer, _, inner = alias.rpartition("_")
        name, converted = _renamed(inner, value)
        (made.setdefault(outer, {}) if outer else made)[name] = converted
    return made


def _renamed(name: str, value: Any) -> tuple[str, Any]:
    if name[0].isupper():
        return "id", to_global_id(name, UUID(value))
    if name.endswith("ndsBefore"):
        return name.replace("Before", "On"), (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    if name == "amount":
        return name, str(Decimal(value).scaleb(-2))
    return name, normal(value)
