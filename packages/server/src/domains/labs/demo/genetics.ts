import { Allele, Line, Sequence, Source, Species, Strain, ZygosityRule } from '@alyx/models'
import type { DemoLab, People } from './people.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

/** Zygosity as Alyx numbers it. */
const [ABSENT, HETEROZYGOUS, HOMOZYGOUS] = [0, 1, 2]

interface DemoAllele {
  readonly id: string
  readonly nickname: string
  /** Test that finds the transgene. */
  readonly transgene: string
  /** Test that finds the unchanged gene, which tells one copy from two; none: one copy is assumed. */
  readonly wildType: string | undefined
}

export interface DemoLine {
  readonly id: string
  readonly nickname: string
  readonly lab: DemoLab
  readonly strain: string
  readonly alleles: readonly DemoAllele[]
}

const ALLELES = {
  'Pv-Cre': { name: 'Pvalb<tm1(cre)Arbr>', transgene: 'Cre', wildType: 'Pv WT' },
  'Vip-Cre': { name: 'Vip<tm1(cre)Zjh>', transgene: 'Cre', wildType: 'Vip WT' },
  'Sst-Cre': { name: 'Sst<tm2.1(cre)Zjh>', transgene: 'Cre', wildType: 'Sst WT' },
  'Vglut1-Cre': { name: 'Slc17a7<tm1.1(cre)Hze>', transgene: 'Cre', wildType: undefined },
  'Ai32-ChR2': { name: 'Gt(ROSA)26Sor<tm32(CAG-COP4*H134R/EYFP)Hze>', transgene: 'ChR2-YFP', wildType: 'ROSA WT' },
  'Ai148-G6f': { name: 'Igs7<tm148.1(tetO-GCaMP6f,CAG-tTA2)Hze>', transgene: 'eGFP', wildType: 'TIGRE WT' },
} as const
type AlleleName = keyof typeof ALLELES

/** In the double line animals are bred to carry one copy of each, so that the wild-type test is left out. */
const LINES: readonly {
  nickname: string
  name: string
  phenotype: string
  lab: keyof People['labs']
  source: string
  alleles: readonly AlleleName[]
}[] = [
  {
    nickname: 'Pv',
    name: 'Pvalb-IRES-Cre',
    phenotype: 'Cre in parvalbumin-positive interneurons',
    lab: 'almadalab',
    source: 'Jax',
    alleles: ['Pv-Cre'],
  },
  {
    nickname: 'Ai32',
    name: 'Ai32(RCL-ChR2(H134R)/EYFP)',
    phenotype: 'Channelrhodopsin-2 where Cre is expressed',
    lab: 'almadalab',
    source: 'Jax',
    alleles: ['Ai32-ChR2'],
  },
  {
    nickname: 'Sst',
    name: 'Sst-IRES-Cre',
    phenotype: 'Cre in somatostatin-positive interneurons',
    lab: 'almadalab',
    source: 'Jax',
    alleles: ['Sst-Cre'],
  },
  {
    nickname: 'Vip',
    name: 'Vip-IRES-Cre',
    phenotype: 'Cre in VIP-positive interneurons',
    lab: 'ridgelab',
    source: 'Jax',
    alleles: ['Vip-Cre'],
  },
  {
    nickname: 'Ai148',
    name: 'Ai148(TIT2L-GC6f-ICL-tTA2)',
    phenotype: 'GCaMP6f where Cre is expressed',
    lab: 'harbourlab',
    source: 'Allen Institute',
    alleles: ['Ai148-G6f'],
  },
  {
    nickname: 'Ai148.Vg',
    name: 'Ai148 x Slc17a7-IRES2-Cre',
    phenotype: 'GCaMP6f in excitatory cortical neurons',
    lab: 'harbourlab',
    source: 'Allen Institute',
    alleles: ['Ai148-G6f', 'Vglut1-Cre'],
  },
]

/** Lines with their alleles, the sequences that tests look for, and the rules that read the tests. */
export function addGenetics(stage: Stage, people: People): Map<string, DemoLine> {
  const random = stage.random('genetics')
  const sequences = new Map<string, string>()
  const sequence = (name: string) => {
    const known = sequences.get(name)
    if (known) return known
    const id = stage.rows.add(Sequence, {
      name,
      base_pairs: `${primer(random)} / ${primer(random)}`,
      description: name.endsWith('WT') ? 'Primers of the unchanged gene.' : 'Primers of the transgene.',
    })
    sequences.set(name, id)
    return id
  }
  const alleles = new Map<AlleleName, string>()
  for (const [nickname, allele] of Object.entries(ALLELES) as [AlleleName, (typeof ALLELES)[AlleleName]][]) {
    const id = stage.rows.add(Allele, { nickname, name: allele.name })
    alleles.set(nickname, id)
    stage.rows.link(
      Allele,
      'sequences',
      id,
      [allele.transgene, allele.wildType].flatMap((name) => (name ? [sequence(name)] : [])),
    )
  }
  return new Map(
    LINES.map((line) => {
      const lab = people.labs[line.lab]
      const strain = stage.catalogue.key(Strain, 'C57BL/6J', { description: 'Background of the transgenic lines.' })
      const id = stage.rows.add(Line, {
        name: line.name,
        nickname: line.nickname,
        target_phenotype: line.phenotype,
        lab_id: lab.id,
        strain_id: strain,
        species_id: species(stage),
        source_id: stage.catalogue.key(Source, line.source),
      })
      const single = line.alleles.length === 1
      const carried = line.alleles.map((nickname) => ({
        id: alleles.get(nickname) as string,
        nickname,
        transgene: sequence(ALLELES[nickname].transgene),
        wildType: single && ALLELES[nickname].wildType ? sequence(ALLELES[nickname].wildType) : undefined,
      }))
      stage.rows.link(
        Line,
        'alleles',
        id,
        carried.map((allele) => allele.id),
      )
      for (const allele of carried) addRules(stage, id, allele)
      return [line.nickname, { id, nickname: line.nickname, lab, strain, alleles: carried }]
    }),
  )
}

export const species = (stage: Stage): string =>
  stage.catalogue.key(Species, 'Laboratory mouse', { name: 'Mus musculus' })

function addRules(stage: Stage, line: string, { id, transgene, wildType }: DemoAllele): void {
  const common = { line_id: line, allele_id: id, sequence0_id: transgene }
  stage.rows.add(ZygosityRule, { ...common, sequence0_result: 0, zygosity: ABSENT })
  if (!wildType) {
    stage.rows.add(ZygosityRule, { ...common, sequence0_result: 1, zygosity: HETEROZYGOUS })
    return
  }
  for (const [result, zygosity] of [
    [1, HETEROZYGOUS],
    [0, HOMOZYGOUS],
  ] as const) {
    stage.rows.add(ZygosityRule, {
      ...common,
      sequence0_result: 1,
      sequence1_id: wildType,
      sequence1_result: result,
      zygosity,
    })
  }
}

const primer = (random: Random) =>
  Array.from({ length: random.integer(20, 24) }, () => random.pick(['A', 'C', 'G', 'T'])).join('')
