/** The ways in. */
export interface OfferedWays<P> {
  /** Those at which people may sign in. */
  providers: readonly P[]
  takesPasswords: boolean
}

/** Which of the registered ways in are offered: where one is the only way, no other is, and no password. */
export function offeredWays<P extends { isOnlyWay: boolean }>(registered: readonly P[]): OfferedWays<P> {
  const onlyWay = registered.filter(({ isOnlyWay }) => isOnlyWay)
  return onlyWay.length === 0
    ? { providers: registered, takesPasswords: true }
    : { providers: onlyWay, takesPasswords: false }
}
