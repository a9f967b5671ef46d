/** A program of its own for the tests to kill: starts PostgreSQL in a folder, says so, and stops it at SIGTERM. */
import { startEmbedded } from '../../src/database/index.ts'

const [folder = ''] = process.argv.slice(2)
const { url, attached, shared, pid, stop } = await startEmbedded({ folder })
console.log(JSON.stringify({ url, attached, shared, pid }))
process.once('SIGTERM', () => void stop().then(() => process.exit()))
setInterval(() => undefined, 1_000)
