import { builtinModules } from 'node:module'
import {
  AMBIENT_ALLOWED,
  EXPORTED_FOR_TESTS,
  FOUNDATION,
  fits,
  fitsOne,
  LAYERS,
  NEXT_TICK_ALLOWED,
  NODE_MODULES_OF_SRC,
  PACKAGES,
} from './rules.js'
import type { SourceFile } from './source-files.js'

/** Imports of files that the table does not allow, and of files that are not there. */
export function forbiddenFiles(programs: readonly SourceFile[]): string[] {
  const paths = new Set(programs.map(({ path }) => path))
  return programs.flatMap(({ path, imports }) =>
    imports.flatMap(({ file }) => {
      if (file === undefined) return []
      if (!paths.has(file) && file !== 'package.json')
        return [`${path} imports ${file}, which is no file of the programs`]
      return mayImport(path, file) ? [] : [`${path} may not import ${file}`]
    }),
  )
}

function mayImport(path: string, file: string): boolean {
  const layer = LAYERS.find(({ from }) => fits(path, from))
  if (!layer) return false
  if (path.startsWith('src/') && FOUNDATION.includes(file)) return true
  // A file of a folder may import its neighbours; a lone file has none.
  return (layer.from.endsWith('/') && file.startsWith(layer.from)) || fitsOne(file, layer.may)
}

/** Imports of packages in places that are not theirs. */
export function forbiddenPackages(programs: readonly SourceFile[]): string[] {
  return programs.flatMap(({ path, imports }) =>
    imports.flatMap((each) =>
      each.package === undefined || mayUse(path, each.package)
        ? []
        : [`${path} may not import ${each.package}`],
    ),
  )
}

function mayUse(path: string, name: string): boolean {
  if (builtinModules.includes(name)) return false
  if (!name.startsWith('node:')) return fitsOne(path, PACKAGES[name] ?? [])
  if (name === 'node:process' && fitsOne(path, NEXT_TICK_ALLOWED)) return true
  if (name === 'node:process' || name === 'node:console') return fitsOne(path, AMBIENT_ALLOWED)
  const owners = NODE_MODULES_OF_SRC[name]
  return owners === undefined || !path.startsWith('src/') || fitsOne(path, owners)
}

/** Uses of the clock, the environment, the console or chance outside the entry points. */
export function ambientUses(programs: readonly SourceFile[]): string[] {
  return programs.flatMap(({ path, ambient }) =>
    fitsOne(path, AMBIENT_ALLOWED) ? [] : [...new Set(ambient)].map((name) => `${path} uses ${name}`),
  )
}

/** Rings of imports, each told once, as a path that ends where it began. */
export function importRings(programs: readonly SourceFile[]): string[] {
  const next = new Map(
    programs.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])] as const),
  )
  const finished = new Set<string>()
  const rings: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) rings.push([...trail.slice(start), path].join(' → '))
    if (start >= 0 || finished.has(path)) return
    for (const file of next.get(path) ?? []) walk(file, [...trail, path])
    finished.add(path)
  }
  for (const path of next.keys()) walk(path, [])
  return rings
}

/** Exports of `candidates` that no other file of `users` takes. What the library's entry passes on is taken. */
export function unusedExports(candidates: readonly SourceFile[], users: readonly SourceFile[]): string[] {
  const taken = new Set(
    users.flatMap(({ imports }) =>
      imports.flatMap(({ file, names }) => names.map((name) => `${file}#${name}`)),
    ),
  )
  return candidates.flatMap(({ path, exports }) =>
    exports
      .map((name) => `${path}#${name}`)
      .filter((each) => !taken.has(each) && !taken.has(`${path}#*`) && !(each in EXPORTED_FOR_TESTS)),
  )
}
