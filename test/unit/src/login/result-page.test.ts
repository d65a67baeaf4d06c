import { createHash } from 'node:crypto'
import { parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import { type ResultPage, resultPage, resultPageHeaders } from '../../../../src/login/result-page.js'

const PAGES: ResultPage[] = ['done', 'failed', 'unexpected', 'not-found']

describe('resultPage', () => {
  it.each(PAGES)(
    '%s: is allowed its own style, and has nothing else that runs or is fetched (10, 11)',
    (page) => {
      const html = resultPage(page)
      const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? ''
      const hash = createHash('sha256').update(style).digest('base64')
      expect(resultPageHeaders()['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
      expect(html).not.toMatch(/<script|<link|<img|<iframe|<form|\son\w+=|\sstyle=|https?:|url\(|@import/i)
    },
  )

  it.each(PAGES)('%s: is well-formed and says in its title what its heading says', (page) => {
    const html = resultPage(page)
    const errors: string[] = []
    parse(html, { onParseError: ({ code }) => errors.push(code) })
    expect(errors).toEqual([])
    const heading = /<h1>(.*)<\/h1>/.exec(html)?.[1]
    expect(html).toContain(`<title>${heading} – authcli</title>`)
  })
})
