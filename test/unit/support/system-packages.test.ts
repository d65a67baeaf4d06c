import { describe, expect, it } from 'vitest'
import { ensureSystemPackages, installCommand, type SystemPackage } from '../../support/system-packages.js'

const present: SystemPackage = { name: 'present', purpose: 'something', isThere: () => true }
const missing: SystemPackage = { name: 'missing', purpose: 'a keychain', isThere: () => false }

describe('ensureSystemPackages', () => {
  it('says nothing and asks nothing when everything is there', async () => {
    const said: string[] = []
    const confirm = () => Promise.reject(new Error('asked'))
    const talk = { say: (line: string) => said.push(line), confirm }
    expect(await ensureSystemPackages([present], talk)).toBe(true)
    expect(said).toEqual([])
  })

  it('installs nothing that a person declines, and names it with the command to type', async () => {
    const said: string[] = []
    const talk = { say: (line: string) => said.push(line), confirm: async () => false }
    expect(await ensureSystemPackages([present, missing], talk)).toBe(false)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('missing (a keychain)')
    expect(said[0]).toContain(installCommand([missing]))
    expect(said[0]).not.toContain('present')
  })
})
