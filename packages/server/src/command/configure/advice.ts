import { foldersOf, type Place, publicUrl } from './places.ts'
import type { Answers } from './questions.ts'
import { accountId } from './secrets.ts'

/** What whoever installs this should know and do next. */
export function adviceOn(answers: Answers, place: Place): string[] {
  const { folder } = place
  const { media, data, uploaded } = foldersOf(answers, place)
  const lacksAccount = answers.install === 'services' && accountId(answers.user) === undefined
  const steps =
    answers.install === 'compose'
      ? [
          `docker compose -f ${folder}/compose.yaml up -d --build`,
          `docker compose -f ${folder}/compose.yaml exec alyx_server alyx load-fixtures`,
          `docker compose -f ${folder}/compose.yaml exec alyx_server alyx create-superuser NAME`,
        ]
      : [
          ...(lacksAccount
            ? [`sudo useradd --system --home-dir ${place.base} ${answers.user} && sudo npx alyx configure --no-input`]
            : []),
          `sudo install -d -o ${answers.user} -g ${answers.user} ${data} ${uploaded}/static ${uploaded}/media`,
          `sudo ln -sf ${place.base}/${folder}/nginx.conf /etc/nginx/conf.d/alyx.conf`,
          'sudo rm -f /etc/nginx/sites-enabled/default',
          'sudo nginx -t && sudo systemctl reload nginx',
          `sudo cp ${folder}/systemd/alyx* /etc/systemd/system/ && sudo systemctl daemon-reload`,
          'sudo systemctl enable --now alyx',
          'sudo systemctl enable --now alyx-backup.timer',
        ]
  const warnings = [
    answers.media === 'public' &&
      `Public: whoever can reach port ${answers.https ? answers.https_port : answers.port} sees everything in ${media} and ${uploaded}/static without signing in. Put nothing there that is not for everybody; "media: signed-in" changes it for pictures.`,
    !answers.https &&
      'Not encrypted: passwords and tokens can be read on the way. Fine on a private network, nowhere else; "https: true" changes it.',
    answers.broker_address !== '' &&
      `Open: the broker answers at ${answers.broker_address}. Let a firewall keep others than the workers away.`,
  ].filter((line): line is string => typeof line === 'string')
  return ['Next:', ...steps.map((step) => `  ${step}`), `then ${publicUrl(answers)}`, '', ...warnings]
}
