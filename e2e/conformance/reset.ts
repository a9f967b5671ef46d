/**
 * Makes a database anew from a template, whoever is connected to it: what the replay runs before every scenario.
 *
 *   node reset.ts ADMINISTRATION_URL NAME TEMPLATE
 */
import { identifier } from '../../packages/server/src/database/index.ts'
import { using } from '../running/postgres.ts'

const [administrationUrl = '', name = '', template = ''] = process.argv.slice(2)
await using(administrationUrl, async (database) => {
  await database.script(`drop database if exists ${identifier(name).text} with (force)`)
  await database.script(`create database ${identifier(name).text} template ${identifier(template).text}`)
})
