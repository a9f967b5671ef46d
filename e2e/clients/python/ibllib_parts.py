"""Makes the recording half of ibllib importable without the packages that its extraction and its figures need.

Import this before ibllib. Modules of the named packages exist then, and do nothing.
"""
import importlib.abc
import importlib.machinery
import logging
import sys
from importlib.util import find_spec
from unittest.mock import MagicMock

UNUSED = {
    'cv2', 'globus_sdk', 'graphviz', 'iblatlas', 'ibldsp', 'iblphotometry', 'iblqt', 'iblsorter', 'iblstyle', 'iblvideo', 'imagecodecs', 'joblib',
    'labcams', 'matplotlib', 'mpl_toolkits', 'mtscomp', 'neuropixel', 'nptdms', 'nrrd', 'phylib', 'psychofit', 'PyQt5', 'seaborn', 'skimage',
    'sklearn', 'slidingRP', 'sparse', 'spikeglx', 'statsmodels', 'wfield',
}


class _Nothing(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.split('.')[0] in UNUSED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__path__, module.__spec__, module.__name__ = [], spec, spec.name
        return module

    def exec_module(self, module):
        pass


UNUSED = {name for name in UNUSED if find_spec(name) is None}
sys.meta_path.append(_Nothing())


def quiet():
    """Keep ibllib's messages off the screen. They are still made, because they become the logs of tasks."""
    for name in (None, *logging.root.manager.loggerDict):
        for handler in logging.getLogger(name).handlers:
            handler.setLevel(logging.CRITICAL + 1)
