import { describe, expect, it } from 'vitest'
import { PageError, type Problem } from '../../../../../server/auth-service/checks/page-error.js'
import { errorPage } from '../../../../../server/auth-service/pages/error-page.js'
import { PROBLEMS } from '../../../../../server/auth-service/pages/problems.js'

const problems = Object.keys(PROBLEMS) as Problem[]

describe('the page for what went wrong', () => {
  it.each(problems)('says what happened and what to do: %s', (problem) => {
    const page = show(new PageError(problem, { clientName: 'authcli', retryAfterSeconds: 61 }))
    expect(page).toContain(`<h1>${PROBLEMS[problem].heading}</h1>`)
    expect(page).toContain('What you can do')
    expect(page).not.toMatch(/\{\w+\}|undefined|null/)
  })

  it.each(problems)('keeps the exact reason to itself: %s', (problem) => {
    expect(show(new PageError(problem, { reason: 'a secret of the house', cause: 'another' }))).not.toMatch(
      /secret of the house|another</,
    )
  })

  it('escapes the name of a client (14)', () => {
    expect(show(new PageError('unregistered-redirect-uri', { clientName: '<i>' }))).not.toContain('<i>')
  })

  it.each([
    [2, 'in a few seconds'],
    [60, 'in a minute'],
    [61, 'in 2 minutes'],
    [300, 'in 5 minutes'],
  ])('says how long %i seconds are', (retryAfterSeconds, words) => {
    expect(show(new PageError('too-many-failures', { retryAfterSeconds }))).toContain(`Try again ${words}.`)
  })
})

function show(error: PageError): string {
  return String(errorPage({ issuer: 'http://127.0.0.1:9000', error, reference: 'reference' }))
}
