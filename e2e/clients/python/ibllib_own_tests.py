"""ibllib's own tests of what it records, which it runs against a server of its own laboratory: here against this one."""
import io
import json
import os
import unittest
from importlib.metadata import version
from pathlib import Path

import ibllib_parts  # before ibllib
import requests
from checks import check, finish, same
from stage import base_url, database, folder, one_client, password, place, username

here = place()
print(f'the tests of ibllib {version("ibllib")}')

# The laboratory that the tests expect: its people, labs, rig, animals and projects.
ACCOUNT, LAB, OTHER_LAB, RIG = 'test_user', 'mainenlab', 'cortexlab', '_iblrig_mainenlab_behavior_1'
ANIMALS, PROJECTS, PROCEDURES = ('algernon', 'ZM_1150'), ('ibl_neuropixel_brainwide_01', 'ibl_cortexlab'), ('Imaging', 'Behavior training/tasks', 'Ephys recording with acute probe(s)')
database.execute("""insert into misc_labmember select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'username', %s::text))).*
    from misc_labmember m where username = %s""", ACCOUNT, username)
for lab in (LAB, OTHER_LAB):
    database.execute("""insert into misc_lab select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'name', %s::text))).*
        from misc_lab l where name = %s and not exists (select from misc_lab where name = %s)""", lab, here.lab, lab)
    database.execute("""insert into misc_lab_repositories (lab_id, datarepository_id) select l.id, m.datarepository_id
        from misc_lab l, misc_lab_repositories m join misc_lab h on h.id = m.lab_id and h.name = %s
        where l.name = %s and not exists (select from misc_lab_repositories o where o.lab_id = l.id)""", here.lab, lab)
database.execute("""insert into misc_lablocation select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'name', %s::text))).*
    from misc_lablocation o where name = %s""", RIG, here.location)
for procedure in PROCEDURES:
    database.execute("""insert into actions_proceduretype (id, name, description) select gen_random_uuid(), %s, ''
        where not exists (select from actions_proceduretype where name = %s)""", procedure, procedure)
alyx = one_client().alyx
for animal in ANIMALS:
    alyx.rest('subjects', 'create', data=dict(nickname=animal, lab=LAB))
for project in PROJECTS:
    alyx.rest('projects', 'create', data=dict(name=project, users=[]))
TYPES = {'_ibl_experiment.description': '_ibl_experiment.description*.yaml', '_iblrig_taskSettings.raw': '*_iblrig_taskSettings.raw*'}
for name, pattern in TYPES.items():
    if not database.count('data_datasettype', "filename_pattern like %s", f'%{name.lower()}%'):
        alyx.rest('dataset-types', 'create', data=dict(name=name, filename_pattern=pattern, description=''))

config = folder / 'test_db.json'
config.write_text(json.dumps({'base_url': base_url, 'username': ACCOUNT, 'password': password, 'silent': True}))
os.environ['TEST_DB_CONFIG'] = str(config)
from one.api import ONE  # noqa: E402

from ibllib.tests.test_plots import TestSnapshot  # noqa: E402

ONE.setup(base_url=base_url, silent=True, username=ACCOUNT)
ibllib_parts.quiet()

def picture(test, url):
    """A picture of a note. The tests themselves look for it on the disk of the server, or on one that serves files."""
    file = Path(test.tmp_dir.name) / 'picture.png'
    file.write_bytes(requests.get(url, headers={'Authorization': f'Token {test.one.alyx._token["token"]}'}).content)
    return file


TESTS = (
    'test_oneibl.TestRegistration',
    'test_oneibl.TestUtils',
    'test_oneibl.TestDataHandlers.test_server_upload_data',
    'test_tasks.TestPipelineAlyx',
    'test_tasks.TestExperimentDescriptionRegisterRaw',
    'test_plots.TestSnapshot',
    'test_pipes.TestRegisterRawDataTask.test_online_validation',
    'test_pipes.TestPipesMisc.test_create_alyx_probe_insertions',
    'qc.test_base_qc.TestQC',
)


def counted():
    tables = ('actions_session', 'data_dataset', 'data_filerecord', 'data_revision', 'data_tag', 'misc_note', 'jobs_task', 'actions_weighing', 'subjects_subject')
    return {table: database.count(table) for table in tables}


class EachTest(unittest.TextTestResult):
    """Turns each test into a check."""

    def addSuccess(self, test):
        check(self.name_of(test), lambda: True)

    def addError(self, test, problem):
        self._fails(test, problem)

    def addFailure(self, test, problem):
        self._fails(test, problem)

    def _fails(self, test, problem):
        def again():
            raise problem[1]
        check(self.name_of(test), again)

    @staticmethod
    def name_of(test):
        return str(test).split(' ')[0] + ' of ' + type(test).__name__


TestSnapshot._get_image = picture
before = counted()
for name in TESTS:
    suite = unittest.defaultTestLoader.loadTestsFromName(f'ibllib.tests.{name}')
    unittest.TextTestRunner(stream=io.StringIO(), resultclass=EachTest).run(suite)
# One of the tests means to remove its session and names it before it knows it.
for session in alyx.rest('sessions', 'list', subject=ANIMALS[0]):
    alyx.rest('sessions', 'delete', id=session['id'])
check('the tests leave nothing behind', lambda: same(counted(), before))
finish()
