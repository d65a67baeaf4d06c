import type { Program } from '../support/processes.js'

/** One audit line of the AuthService. */
export interface AuditLine {
  event: string
  traceId?: string
  grantId?: string
  reason?: string
}

/** The audit lines of an AuthService that may be killed and started again. */
export interface AuditTrail {
  lines: AuditLine[]
  /** Reads another process, too. */
  follow(authService: Program): void
  /** Resolves as soon as this event has been logged for a request of this trace. */
  logged(event: string, traceId: string): Promise<void>
}

export function createAuditTrail(): AuditTrail {
  const lines: AuditLine[] = []
  const waiting = new Set<() => void>()
  return {
    lines,
    follow(authService) {
      authService.onLine((text) => {
        if (!text.includes('"msg":"audit"')) return
        lines.push(JSON.parse(text))
        for (const look of waiting) look()
      })
    },
    logged: (event, traceId) =>
      new Promise((resolve) => {
        const look = () => {
          if (!lines.some((line) => line.event === event && line.traceId === traceId)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** How the AuthService ended logins by itself: none of them should ever be. */
export function endedGrants({ lines }: AuditTrail): AuditLine[] {
  return lines.filter(({ event }) => event === 'reuse-found' || event === 'grant-revoked')
}
