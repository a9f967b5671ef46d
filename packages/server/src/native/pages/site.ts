import about from '../../../package.json' with { type: 'json' }
import { type Page, reading } from '../page.ts'

/** What every page needs to know of the installation. */
export const sitePages: readonly Page[] = [
  {
    url: '/site',
    tag: 'site',
    operations: {
      GET: reading({
        summary: 'The installation: version, where problems are reported, texts to begin a narrative with.',
        answer: '`version`, `report_address` or null, `narrative_templates`: texts by the name of a procedure.',
        run: async ({ services: { reportAddress, narrativeTemplates } }) => ({
          version: about.version,
          report_address: reportAddress ?? null,
          narrative_templates: narrativeTemplates,
        }),
      }),
    },
  },
]
