import { join, posix, relative } from 'node:path'
import * as ast from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import { PROJECT_ROOT } from '../support/project-root.js'

/** One import of another module, in whichever form: static, `import type`, `export … from`, `import()`, `import('…').T`. */
export interface Import {
  /** As it is written. */
  specifier: string
  /** The file that it means, relative to the project's folder; absent for a package. */
  file?: string
  /** The package that it means (`node:fs` and `@scope/name` as they are); absent for a file. */
  package?: string
  /** The exported names that are taken; `*` stands for all. */
  names: string[]
}

/** A TypeScript file as the architecture test sees it. Paths are relative to the project's folder, with `/`. */
export interface SourceFile {
  path: string
  text: string
  imports: Import[]
  /**
   * The names that the file declares and exports for others. What it passes on is among `imports`, and a type
   * that the file itself uses is left out: it is exported so that others can name what they are given.
   */
  exports: string[]
  /** What it takes from its surroundings without being given it: `process`, `Date.now`, … */
  ambient: string[]
}

/** Reads every TypeScript file below a tsconfig.json with TypeScript's own parser, so that no import is missed. */
export function readSourceFiles(root: string = PROJECT_ROOT): SourceFile[] {
  const api = new API({ cwd: root })
  try {
    const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects()
    if (!project) throw new Error('tsconfig.json makes no project')
    return project.rootFiles.map((name) => {
      const file = project.program.getSourceFile(name)
      if (!file) throw new Error(`${name} was not parsed`)
      return readSourceFile(relative(root, name).replaceAll('\\', '/'), file)
    })
  } finally {
    api.close()
  }
}

function readSourceFile(path: string, file: ast.SourceFile): SourceFile {
  const source: SourceFile = { path, text: file.text, imports: [], exports: [], ambient: [] }
  const mentions = new Map<string, number>()
  const types = new Set<string>()
  const add = (specifier: ast.Node | undefined, names: string[]) => {
    if (specifier && ast.isStringLiteral(specifier))
      source.imports.push(importOf(path, specifier.text, names))
  }
  const visit = (node: ast.Node): void => {
    if (ast.isImportDeclaration(node)) add(node.moduleSpecifier, namesOfClause(node.importClause))
    if (ast.isExportDeclaration(node)) add(node.moduleSpecifier, namesOfExport(node))
    if (ast.isImportTypeNode(node)) add(literalOf(node.argument), [firstName(node.qualifier)])
    if (ast.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], namesOfCall(node))
    if (isExported(node)) source.exports.push(...declaredNames(node))
    if (ast.isInterfaceDeclaration(node) || ast.isTypeAliasDeclaration(node)) types.add(node.name.text)
    if (ast.isIdentifier(node)) mentions.set(node.text, (mentions.get(node.text) ?? 0) + 1)
    const ambient = ambientName(node)
    if (ambient) source.ambient.push(ambient)
    node.forEachChild(visit)
  }
  file.forEachChild(visit)
  source.exports = source.exports.filter((name) => !types.has(name) || mentions.get(name) === 1)
  return source
}

function importOf(from: string, specifier: string, names: string[]): Import {
  if (specifier.startsWith('.')) {
    const file = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
    return { specifier, file, names }
  }
  const depth = specifier.startsWith('@') ? 2 : 1
  const name = specifier.startsWith('node:') ? specifier : specifier.split('/').slice(0, depth).join('/')
  return { specifier, package: name, names }
}

function namesOfClause(clause: ast.ImportClause | undefined): string[] {
  const names = clause?.name ? ['default'] : []
  const bindings = clause?.namedBindings
  if (!bindings) return names
  if (ast.isNamespaceImport(bindings)) return [...names, '*']
  return [...names, ...bindings.elements.map((element) => (element.propertyName ?? element.name).text)]
}

function namesOfExport(node: ast.ExportDeclaration): string[] {
  const clause = node.exportClause
  if (!clause || !ast.isNamedExports(clause)) return ['*']
  return clause.elements.map((element) => (element.propertyName ?? element.name).text)
}

/**
 * `(await import('x')).name`, `const { name } = await import('x')` and `import('x').then(({ name }) => …)` take one
 * name; anything else takes all.
 */
function namesOfCall(call: ast.Node): string[] {
  let node = call.parent
  if (ast.isPropertyAccessExpression(node) && node.name.text === 'then') {
    const callback = ast.isCallExpression(node.parent) ? node.parent.arguments[0] : undefined
    const parameter = callback && ast.isArrowFunction(callback) ? callback.parameters[0]?.name : undefined
    return parameter ? namesOfPattern(parameter) : ['*']
  }
  while (ast.isAwaitExpression(node) || ast.isParenthesizedExpression(node)) node = node.parent
  if (ast.isPropertyAccessExpression(node)) return [node.name.text]
  return ast.isVariableDeclaration(node) ? namesOfPattern(node.name) : ['*']
}

function namesOfPattern(pattern: ast.Node): string[] {
  if (!ast.isObjectBindingPattern(pattern)) return ['*']
  return pattern.elements.map((element) => firstName(element.propertyName ?? element.name))
}

function isImportCall(node: ast.CallExpression): boolean {
  if (node.expression.kind === ast.SyntaxKind.ImportKeyword) return true
  return ast.isIdentifier(node.expression) && node.expression.text === 'require'
}

function literalOf(argument: ast.Node): ast.Node | undefined {
  return ast.isLiteralTypeNode(argument) ? argument.literal : undefined
}

/** The name itself, or the leftmost one of a qualified name; `*` where there is none. */
function firstName(node: ast.Node | undefined): string {
  if (node && ast.isQualifiedName(node)) return firstName(node.left)
  return node && ast.isIdentifier(node) ? node.text : '*'
}

function isExported(node: ast.Node): boolean {
  if (ast.isExportDeclaration(node)) return node.moduleSpecifier === undefined
  if (!('modifiers' in node) || !Array.isArray(node.modifiers)) return false
  return node.modifiers.some((modifier) => modifier.kind === ast.SyntaxKind.ExportKeyword)
}

function declaredNames(node: ast.Node): string[] {
  if (ast.isExportDeclaration(node) && node.exportClause && ast.isNamedExports(node.exportClause))
    return node.exportClause.elements.map((element) => element.name.text)
  if (ast.isVariableStatement(node))
    return node.declarationList.declarations.map((declaration) => firstName(declaration.name))
  if ('modifiers' in node && Array.isArray(node.modifiers))
    if (node.modifiers.some((modifier) => modifier.kind === ast.SyntaxKind.DefaultKeyword)) return ['default']
  if (!('name' in node)) return []
  const { name } = node
  return [typeof name === 'object' && name !== null && 'text' in name ? String(name.text) : '*']
}

const AMBIENT_OBJECTS = ['process', 'console']
const AMBIENT_CALLS = ['Date.now', 'Math.random', 'performance.now']

/** The name of what this node takes from its surroundings, if it does. */
function ambientName(node: ast.Node): string | undefined {
  if (ast.isPropertyAccessExpression(node) && ast.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`
    if (AMBIENT_CALLS.includes(name)) return name
  }
  if (ast.isNewExpression(node) && firstName(node.expression) === 'Date' && !node.arguments?.length)
    return 'new Date()'
  if (ast.isIdentifier(node) && AMBIENT_OBJECTS.includes(node.text) && isReference(node)) return node.text
  return undefined
}

/** Whether the identifier stands for a value here, and is not merely the name of a property. */
function isReference(node: ast.Identifier): boolean {
  const { parent } = node
  if (ast.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ast.isPropertyAssignment(parent)) return parent.initializer === node
  return !ast.isPropertySignatureDeclaration(parent) && !ast.isPropertyDeclaration(parent)
}
