// Money, days and names as text. Amounts stay decimal strings; they never become binary numbers.

interface Money {
  amount: string
  currency: string
}

export const money = ({ amount, currency }: Money): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'code' }).format(
    amount as Intl.StringNumericLiteral
  )

/** Null stays null: the viewer may not see the amount. */
export const moneyOrNull = (amount: Money | null): string | null => amount && money(amount)

export const isZero = ({ amount }: Money): boolean => !/[1-9]/.test(amount)

const DAY = 86_400_000

/** Days since 1970, from milliseconds since 1970. */
export const toDayNumber = (milliseconds: number): number => milliseconds / DAY

/** The same from "2021-06-16", a day without a time zone. */
export const dayNumber = (date: string): number => toDayNumber(Date.parse(date))

export const fromDayNumber = (day: number): Date => new Date(day * DAY)

export const day = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date))

export const days = ({ startsOn, endsOn }: { startsOn: string; endsOn: string }): string =>
  `${day(startsOn)} – ${day(endsOn)}`

export const moment = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(at))

/** The day of an instant in that time zone, as "2021-06-16". */
export const dayOf = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date(at))

/** PENDING_FOR_CANCEL → Pending for cancel. Values of later releases read well too. */
export const readable = (name: string): string =>
  `${name[0] ?? ''}${name.slice(1).toLowerCase()}`.replaceAll('_', ' ')

export const every = ({ cycle, multiplier }: { cycle: 'MONTHLY' | 'YEARLY'; multiplier: number }): string => {
  const unit = cycle === 'MONTHLY' ? 'month' : 'year'
  return multiplier === 1 ? `every ${unit}` : `every ${multiplier} ${unit}s`
}
