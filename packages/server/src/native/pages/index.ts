/** What pages of the web application ask for beyond rows of one model. Thin: rules and SQL lie in the domains. */
import type { Page } from '../page.ts'
import { accountPages } from './account.ts'
import { administrationPages } from './administration.ts'
import { animalPages } from './animals.ts'
import { colonyPages } from './colony.ts'
import { colonyTablePages } from './colony-tables.ts'
import { datasetPages } from './datasets.ts'
import { genotypePages } from './genotypes.ts'
import { homePages } from './home.ts'
import { notePages } from './notes.ts'
import { operationPages } from './operations.ts'
import { removedPages } from './removed.ts'
import { roundPages } from './rounds.ts'
import { savedViewPages } from './saved-views.ts'
import { searchPages } from './search.ts'
import { sessionPages } from './sessions.ts'
import { sitePages } from './site.ts'

/** Every such address. */
export const pages: readonly Page[] = [
  searchPages,
  savedViewPages,
  accountPages,
  administrationPages,
  roundPages,
  animalPages,
  colonyPages,
  genotypePages,
  colonyTablePages,
  homePages,
  sessionPages,
  notePages,
  datasetPages,
  operationPages,
  removedPages,
  sitePages,
].flat()
