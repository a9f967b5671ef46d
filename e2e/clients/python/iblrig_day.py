"""A day of a behaviour rig of IBL: what iblrig sends, with the clients that it uses.

iblrig itself wants a rig. The requests are those of its wizard and of its tasks; registration is ibllib's own.
"""
import logging
from datetime import datetime

import ibllib_parts  # noqa: F401  before ibllib
import requests
from bpod_session import VERSION, write_session
from checks import check, finish, refused, same, same_members
from ibllib.oneibl.registration import IBLRegistrationClient
from one.webclient import AlyxClient
from stage import base_url, database, folder, one_client, password, place, username

here = place()
logging.disable(logging.CRITICAL)
print('the requests of iblrig 8')

# Its settings add a slash to the address, so that every path begins with two.
SLASHED = f'{base_url}/'
SUBJECT = 'iblrig-01'
started = datetime(2026, 3, 9, 8, 30, 15, 120003).isoformat()
path = folder / here.lab / 'Subjects' / SUBJECT / '2026-03-09' / '001'
known = {}


def client():
    return AlyxClient(base_url=base_url, username=username, password=password, silent=True, cache_rest=None, cache_dir=folder)


alyx = client()
token = {'Authorization': f'Token {alyx._token["token"]}', 'Accept': 'application/json'}


# The wizard --------------------------------------------------------------------------------------------------------
def explains_a_failed_login():
    wrong = requests.post(f'{SLASHED}/auth-token', data={'username': username, 'password': 'not this one'})
    same((wrong.status_code, 'credentials' in wrong.text), (400, True))
    missing = requests.post(f'{SLASHED}/auth-token', data={'username': username})
    same((missing.status_code, 'required' in missing.text), (400, True))


def describes_the_rig():
    data = {'json': {'device_sound': {'OUTPUT': 'harp'}, 'device_valve': {'WATER_CALIBRATION_OPEN_TIMES': [0.01, 0.02]}, 'VERSION_TAG': VERSION}}
    same(alyx.rest('locations', 'partial_update', id=here.location, data=data)['json'], data['json'])
    same(database.value('select json from misc_lablocation where name = %s', here.location), data['json'])


def tolerates_an_unknown_rig():
    before = database.count('misc_lablocation')
    error = refused(lambda: alyx.rest('locations', 'partial_update', id='_iblrig_nowhere', data={'json': {}}), requests.HTTPError)
    same((error.response.status_code in (400, 404), database.count('misc_lablocation')), (True, before))


def lists_animals():
    alyx.rest('subjects', 'create', data={'lab': here.lab, 'nickname': SUBJECT, 'projects': here.projects})
    rows = alyx.rest('subjects', 'list', alive=True, stock=False, lab=here.lab, no_cache=True)
    same_members([row['nickname'] for row in rows], database.column("""
        select s.nickname::text from subjects_subject s join misc_lab l on l.id = s.lab_id
        where l.name = %s and s.responsible_user_id is distinct from (select id from misc_labmember where is_stock_manager order by id limit 1)
          and not exists (select from actions_cull c where c.subject_id = s.id) and s.death_date is null
          and not exists (select from misc_labmember m where m.id = s.responsible_user_id and m.is_stock_manager)""", here.lab))
    assert SUBJECT in [row['nickname'] for row in rows]


def lists_projects():
    rows = {row['name']: row['users'] for row in alyx.rest('projects', 'list', no_cache=True)}
    for name, users in rows.items():
        same_members(users, database.column("""select u.username::text from subjects_project p join subjects_project_users m on m.project_id = p.id
            join misc_labmember u on u.id = m.labmember_id where p.name = %s""", name))


def lists_rigs():
    """With a filter that does not exist, as its tests do."""
    names = [row['name'] for row in alyx.rest('locations', 'list', lab=here.lab)]
    same_members(names, database.column('select name::text from misc_lablocation'))


def two_slashes():
    rows = requests.get(f'{SLASHED}/weighings?nickname={SUBJECT}', headers=token).json()['results']
    same(rows, [])
    made = requests.post(f'{SLASHED}/weighings', headers=token, json={'subject': SUBJECT, 'weight': 22.5, 'date_time': '2026-03-08T09:00:00'})
    same((made.status_code, database.count('actions_weighing', 'id = %s and weight = 22.5', made.json()['url'][-36:])), (201, 1))
    changed = requests.patch(f'{SLASHED}/subjects/{SUBJECT}', headers=token, json={'description': 'bitten tail'})
    same((changed.status_code, database.value('select description from subjects_subject where nickname = %s', SUBJECT)), (200, 'bitten tail'))


check('explains a login that fails', explains_a_failed_login)
check('describes its rig', describes_the_rig)
check('goes on when its rig is not known', tolerates_an_unknown_rig)
check('lists the animals of the lab that may be trained', lists_animals)
check('lists the projects with their people', lists_projects)
check('lists the rigs', lists_rigs)
check('reads and writes at addresses that begin with two slashes', two_slashes)


# The task ----------------------------------------------------------------------------------------------------------
def register(**more):
    write_session(path, subject=SUBJECT, user=username, rig=here.location, started=started, projects=here.projects,
                  SUBJECT_WEIGHT=22.44, **more)
    session, _ = IBLRegistrationClient(one).register_session(
        path, file_list=False, projects=here.projects[:1], procedures=['Behavior training/tasks'], register_reward=False)
    return session


one = one_client()


def row():
    return database.row("""select s.*, array(select p.name::text from actions_session_projects m join subjects_project p on p.id = m.project_id
        where m.session_id = s.id) as projects, (select name::text from misc_lab where id = s.lab_id) as lab
        from actions_session s where s.id = %s""", known['eid'])


def begins():
    session = register(ended=None, trials=1, correct=0, water_ul=0.0)
    known['eid'] = session['url'][-36:]
    (listed,) = alyx.rest('sessions', 'list', subject=SUBJECT)
    same((listed['start_time'], listed['lab'], listed['projects'], listed['task_protocol']),
         (started, here.lab, here.projects[:1], f'_iblrig_tasks_trainingChoiceWorld{VERSION}'))
    same(row()['start_time'].replace(tzinfo=None).isoformat(), started)
    same(database.column("""select w.weight from actions_weighing w join subjects_subject s on s.id = w.subject_id
        where s.nickname = %s order by date_time""", SUBJECT), [22.5, 22.44])


def ends():
    ended = datetime(2026, 3, 9, 9, 29, 59, 999999).isoformat()
    session = register(ended=ended, trials=6, correct=4, water_ul=0.0, POOP_COUNT=83)
    session = alyx.get(session['url'])
    same((session['start_time'], session['end_time'], session['location']), (started, ended, here.location))
    same((session['n_trials'], session['json']['POOP_COUNT']), (6, 83))
    same((row()['end_time'].replace(tzinfo=None).isoformat(), row()['n_trials'], row()['json']['POOP_COUNT']), (ended, 6, 83))
    same(database.count('actions_weighing w join subjects_subject s on s.id = w.subject_id', 's.nickname = %s', SUBJECT), 2)


def gives_water():
    registration = IBLRegistrationClient(one)
    session = alyx.rest('sessions', 'read', id=known['eid'])
    made = registration.register_water_administration(SUBJECT, 535 / 1000, session=session['url'][-36:], water_type='Water 10% Sucrose')
    same((made['water_administered'], made['session']), (0.535, known['eid']))
    same(database.rows("""select w.water_administered, t.name::text as type from actions_wateradministration w
        join actions_watertype t on t.id = w.water_type_id where w.session_id = %s""", known['eid']), [{'water_administered': 0.535, 'type': 'Water 10% Sucrose'}])
    same([water['water_administered'] for water in alyx.get(session['url'])['wateradmin_session_related']], [0.535])


def removes_the_animal():
    alyx.rest('subjects', 'delete', id=SUBJECT)
    same((database.count('subjects_subject', 'nickname = %s', SUBJECT), database.count('actions_session', 'id = %s', known['eid'])), (0, 0))


check('registers a session when it begins, to the microsecond', begins)
check('registers it again when it ends', ends)
check('registers the water of the task', gives_water)
check('removes an animal that was only tried, with all that belongs to it', removes_the_animal)
finish()
