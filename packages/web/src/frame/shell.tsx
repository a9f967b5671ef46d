import {
  ActionIcon,
  Alert,
  AppShell,
  Burger,
  Button,
  Menu as Dropdown,
  Group,
  Kbd,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure, useHotkeys, useLocalStorage, useNetwork } from '@mantine/hooks'
import { IconChevronDown, IconHelp, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { useTour } from '../help/use-tour.ts'
import { client } from '../server/client.ts'
import { forgetOffline } from '../server/offline.ts'
import { queryClient, siteQuery, useMe } from '../server/queries.ts'
import { environmentOf } from './environment.ts'
import './frame.css'
import { Bell } from './bell.tsx'
import { Menu } from './menu.tsx'

const Palette = lazy(() => import('../search/palette.tsx'))
const HelpSheet = lazy(() => import('../help/help-sheet.tsx'))
const TourCard = lazy(() => import('../help/tour-card.tsx'))

const environment = environmentOf(window.location.hostname)

/** What stands around every page: the menu, the search, the person, and whether the server can be reached. */
export function Shell({ children }: { readonly children?: ReactNode }) {
  const [menu, { toggle, close }] = useDisclosure()
  const [searching, search] = useDisclosure()
  const [helping, help] = useDisclosure()
  const { online } = useNetwork()
  const [tour] = useTour()
  useHotkeys([
    ['/', search.open],
    ['mod+K', search.open],
    ['shift+?', help.open],
    ['?', help.open],
  ])
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !menu } }}
      padding={0}
      transitionDuration={0}
    >
      <a className="skip" href="#content">
        To the content
      </a>
      <AppShell.Header className="head">
        <Group gap="xs" wrap="nowrap">
          <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" aria-expanded={menu} />
          <Link to="/" className="mark">
            Alyx
          </Link>
          {environment && <span className="environment">{environment}</span>}
        </Group>
        <Button
          variant="default"
          className="find"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={<Kbd size="xs">/</Kbd>}
          justify="space-between"
          onClick={search.open}
        >
          <span>Find anything</span>
        </Button>
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Help" onClick={help.open} visibleFrom="sm">
            <IconHelp size={18} aria-hidden />
          </ActionIcon>
          <Bell />
          <Person onHelp={help.open} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="side" aria-label="Lists">
        <Menu onChoose={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className="main">
        {!online && (
          <Alert color="orange" radius={0} title="You are offline">
            What is shown may be old. The daily round keeps what you enter and sends it later; everything else can be
            saved when the connection is back.
          </Alert>
        )}
        {children ?? <Outlet />}
      </AppShell.Main>
      <Suspense fallback={null}>
        {searching && <Palette onClose={search.close} />}
        {helping && <HelpSheet onClose={help.close} />}
        {typeof tour === 'object' && <TourCard />}
      </Suspense>
    </AppShell>
  )
}

function Person({ onHelp }: { readonly onHelp: () => void }) {
  const me = useMe()
  const { data: site } = useQuery(siteQuery)
  const navigate = useNavigate()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [density, setDensity] = useLocalStorage({ key: 'alyx-density', defaultValue: 'dense' })
  useEffect(() => {
    document.documentElement.dataset.density = density
  }, [density])
  const signOut = async () => {
    await client.signOut()
    await forgetOffline()
    queryClient.clear()
    await navigate({ to: '/login/' })
  }
  const marked = (chosen: boolean) => (chosen ? { fw: 700, rightSection: '✓' } : {})
  return (
    <Dropdown position="bottom-end" width={220}>
      <Dropdown.Target>
        <Button
          variant="subtle"
          color="gray"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={{ base: 126, sm: 180 }}
          title={me.first_name || me.username}
        >
          {me.first_name || me.username}
        </Button>
      </Dropdown.Target>
      <Dropdown.Dropdown>
        <Dropdown.Item renderRoot={(root: object) => <Link {...root} to="/account/" />}>Your account</Dropdown.Item>
        <Dropdown.Item renderRoot={(root: object) => <Link {...root} to="/password_change/" />}>
          Change password
        </Dropdown.Item>
        <Dropdown.Divider />
        <Dropdown.Label>Colours</Dropdown.Label>
        <Dropdown.Item {...marked(colorScheme === 'light')} onClick={() => setColorScheme('light')}>
          Light
        </Dropdown.Item>
        <Dropdown.Item {...marked(colorScheme === 'dark')} onClick={() => setColorScheme('dark')}>
          Dark
        </Dropdown.Item>
        <Dropdown.Item {...marked(colorScheme === 'auto')} onClick={() => setColorScheme('auto')}>
          As the system
        </Dropdown.Item>
        <Dropdown.Label>Rows</Dropdown.Label>
        <Dropdown.Item {...marked(density === 'dense')} onClick={() => setDensity('dense')}>
          Dense
        </Dropdown.Item>
        <Dropdown.Item {...marked(density === 'roomy')} onClick={() => setDensity('roomy')}>
          Roomy
        </Dropdown.Item>
        <Dropdown.Divider />
        <Dropdown.Item onClick={onHelp}>Help</Dropdown.Item>
        <Dropdown.Item component="a" href="/docs/">
          REST documentation
        </Dropdown.Item>
        {site?.report_address && (
          <Dropdown.Item component="a" href={site.report_address}>
            Report a problem
          </Dropdown.Item>
        )}
        <Dropdown.Item onClick={() => void signOut()}>Sign out</Dropdown.Item>
        {site && <Dropdown.Label>Alyx {site.version}</Dropdown.Label>}
      </Dropdown.Dropdown>
    </Dropdown>
  )
}
