import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

/** Last line of a run, for people in a hurry and for programs that add up several runs. */
const plainCount: Reporter = {
  onTestRunEnd(modules, unhandled) {
    let passed = 0
    // A file that cannot be loaded has no tests to fail, and an error outside any test belongs to none of them.
    let failed = unhandled.length + modules.filter((module) => module.errors().length > 0).length
    for (const module of modules) {
      for (const { result } of [...module.children.allTests()].map((test) => ({ result: test.result() }))) {
        if (result.state === 'passed') passed += 1
        if (result.state === 'failed') failed += 1
      }
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  },
}

/** For one test: most take milliseconds, and some start and kill servers. */
const PATIENCE_MS = 30_000

export default defineConfig({
  test: {
    reporters: ['default', plainCount],
    // More than there are processors on a small machine: tests of servers that are killed mostly wait.
    maxWorkers: 3,
    projects: [
      { test: { name: 'models', include: ['packages/models/test/**/*.test.ts'] } },
      {
        test: {
          name: 'server',
          include: ['packages/server/test/**/*.test.ts'],
          globalSetup: ['./packages/server/test/postgres/global-setup.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'worker',
          include: ['packages/worker/test/**/*.test.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      { test: { name: 'web', include: ['packages/web/test/**/*.test.ts', 'packages/client/test/**/*.test.ts'] } },
      { test: { name: 'e2e', include: ['e2e/test/**/*.test.ts'] } },
    ],
  },
})
