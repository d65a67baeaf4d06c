const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** How long ago something was, in the two or three characters that a column has: `now`, `5m`, `3h`, `12d`, `2y`. */
export function age(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–'
  if (milliseconds < MINUTE) return 'now'
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)}m`
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)}h`
  if (milliseconds < YEAR) return `${Math.floor(milliseconds / DAY)}d`
  return `${Math.floor(milliseconds / YEAR)}y`
}

/** How long something still lasts, in words: `9 minutes`, `40 seconds`, `less than a second`. */
export function remaining(milliseconds: number): string {
  const inUnits = (unit: number, word: string) => {
    const count = Math.floor(milliseconds / unit)
    return `${count} ${word}${count === 1 ? '' : 's'}`
  }
  if (milliseconds >= 2 * DAY) return inUnits(DAY, 'day')
  if (milliseconds >= 2 * HOUR) return inUnits(HOUR, 'hour')
  if (milliseconds >= 2 * MINUTE) return inUnits(MINUTE, 'minute')
  return milliseconds >= 1000 ? inUnits(1000, 'second') : 'less than a second'
}
