import { describe, expect, it } from 'vitest'
import { nextPageUrl } from '../../../../src/api/next-page.js'

const RESOURCE = 'https://api.example.com/v1'
const next = (page: { link?: string; document?: unknown }) =>
  nextPageUrl(
    { url: new URL(`${RESOURCE}/items?limit=2`), link: page.link, document: page.document },
    RESOURCE,
  )?.href

describe('nextPageUrl', () => {
  it.each([
    ['<https://api.example.com/v1/items?page=2>; rel="next"', `${RESOURCE}/items?page=2`],
    ['<?page=2>; rel=next', `${RESOURCE}/items?page=2`],
    ['</v1/items?page=1>; rel="prev", </v1/items?page=3>; rel="next"', `${RESOURCE}/items?page=3`],
    ['</v1/items?a=1,2;3>; title="a, <b>; rel=\\"next\\""; REL="last Next"', `${RESOURCE}/items?a=1,2;3`],
    ['</v1/items?page=1>; rel="prev"', undefined],
    ['</v1/items?page=1>; title="rel=next"', undefined],
    ['</v1/items?page=1>; xrel=next', undefined],
    ['nothing of the kind', undefined],
  ])('reads the link %s', (link, expected) => {
    expect(next({ link })).toBe(expected)
  })

  it.each([
    [{ items: [], next: 'abc' }, `${RESOURCE}/items?limit=2&cursor=abc`],
    [{ nextCursor: 'a/b+c=' }, `${RESOURCE}/items?limit=2&cursor=a%2Fb%2Bc%3D`],
    [{ next_cursor: 'abc' }, `${RESOURCE}/items?limit=2&cursor=abc`],
    [{ next: 'https://api.example.com/v1/items?page=2' }, `${RESOURCE}/items?page=2`],
    [{ next: null }, undefined],
    [{ next: '' }, undefined],
    [{ items: [] }, undefined],
    [['next'], undefined],
    [undefined, undefined],
  ])('reads the page %j', (document, expected) => {
    expect(next({ document })).toBe(expected)
  })

  it('believes a link before the body', () => {
    expect(next({ link: '<?page=2>; rel=next', document: { next: 'abc' } })).toBe(`${RESOURCE}/items?page=2`)
  })

  it.each([
    '<https://evil.example/items>; rel=next',
    '<https://api.example.com/v2/items>; rel=next',
    '<http://api.example.com/v1/items>; rel=next',
    '<//evil.example/v1/items>; rel=next',
    '</v1/..%2fadmin>; rel=next',
  ])('never leaves the resource: %s (100)', (link) => {
    expect(() => next({ link })).toThrow('a next page that is not its own')
  })

  it('does not leave the resource for what the body names either (100)', () => {
    expect(() => next({ document: { next: 'https://evil.example/items' } })).toThrow('not its own')
  })
})
