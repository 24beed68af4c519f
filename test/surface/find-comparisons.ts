import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** A comparison in the sources of something that sounds like a secret, or like what only who holds one can make. */
export interface Comparison {
  /** From the project's root. */
  readonly file: string
  /** The expression, on one line. */
  readonly text: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['packages', 'gateway', 'subgraphs', 'infra', 'schemas']

/** Every source that is run: no test, nothing built. */
export function sources(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
      .filter((path) => !/(^|\/)(node_modules|dist|test|generated|\.kilde)\//.test(path))
      .map((path) => `${folder}/${path}`),
  ).toSorted()
}

export const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

/** Words of a name that a secret, a MAC, a digest or a token goes by. */
const WORDS = new Set(
  'secret token mac hmac tag digest hash sha256 signature jkt thumbprint ath nonce challenge csrf state verifier jti password cookie pin otp'.split(
    ' ',
  ),
)

const SAME: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
])
/** Methods that compare: of texts, of buffers, of lists. */
const METHODS = new Set([
  'equals',
  'compare',
  'localeCompare',
  'includes',
  'indexOf',
  'startsWith',
  'endsWith',
])

export function comparisonsIn(file: string, text = textOf(file)): readonly Comparison[] {
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const found: Comparison[] = []
  const walk = (node: ts.Node): void => {
    if (isComparison(node)) found.push({ file, text: node.getText().replace(/\s+/g, ' ') })
    ts.forEachChild(node, walk)
  }
  walk(parsed)
  return found
}

function isComparison(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node) && SAME.has(node.operatorToken.kind)) {
    return !isKnown(node.left) && !isKnown(node.right) && [node.left, node.right].some(isSecret)
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const { expression: target, name } = node.expression
  const [other] = node.arguments
  if (!METHODS.has(name.text) || other === undefined || isKnown(other)) return false
  return [target, other].some(isSecret)
}

/** What stands in the source, or is no text: nothing is to be learnt by trying it. */
function isKnown(node: ts.Expression): boolean {
  if (ts.isLiteralExpression(node) || ts.isTypeOfExpression(node)) return true
  if (ts.isPrefixUnaryExpression(node) || ts.isRegularExpressionLiteral(node)) return true
  const text = node.getText()
  return /^(undefined|null|true|false)$/.test(text) || /\.(length|size|byteLength)$/.test(text)
}

/** By the words of every name in it: `signIn.state`, `sha256(body)`, `claims.cnf?.jkt`. */
function isSecret(node: ts.Expression): boolean {
  const names = node.getText().match(/[A-Za-z][A-Za-z0-9]*/g) ?? []
  return names.some((name) => wordsOf(name).some((word) => WORDS.has(word)))
}

const wordsOf = (name: string): readonly string[] => [
  name.toLowerCase(),
  ...name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' '),
]
