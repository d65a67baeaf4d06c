import { describe, expect, it } from 'vitest'
import { canonicalResource, resourceMetadataUrl } from '../../../../src/discovery/resource-identifier.js'

describe('canonicalResource', () => {
  it.each([
    ['https://api.example', 'https://api.example'],
    ['https://api.example/', 'https://api.example'],
    ['HTTPS://API.Example:443/', 'https://api.example'],
    ['http://127.0.0.1:9001/', 'http://127.0.0.1:9001'],
    ['http://127.0.0.1:80', 'http://127.0.0.1'],
    ['https://api.example/v1', 'https://api.example/v1'],
    ['https://api.example/v1/', 'https://api.example/v1/'],
    ['https://api.example/a/../v1', 'https://api.example/v1'],
    ['https://api.example:8443/V1', 'https://api.example:8443/V1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalResource(text)).toBe(canonical)
  })

  it('gives its own results back unchanged', () => {
    const once = canonicalResource('HTTPS://API.Example:443/a/./b')
    expect(canonicalResource(once)).toBe(once)
  })

  it.each([
    'https://api.example/?a=b',
    'https://api.example/?',
    'https://api.example/#a',
    'https://me@api.example',
    'http://api.example',
    'api.example',
    'urn:example:api',
    undefined,
    ['https://api.example'],
  ])('refuses %j', (text) => {
    expect(canonicalResource(text)).toHaveProperty('problem')
  })
})

describe('resourceMetadataUrl', () => {
  it.each([
    ['https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
    ['https://api.example/v1', 'https://api.example/.well-known/oauth-protected-resource/v1'],
    ['https://api.example/v1/', 'https://api.example/.well-known/oauth-protected-resource/v1/'],
    ['http://127.0.0.1:9001', 'http://127.0.0.1:9001/.well-known/oauth-protected-resource'],
  ])('of %s is %s', (resource, url) => {
    expect(resourceMetadataUrl(resource).href).toBe(url)
  })
})
