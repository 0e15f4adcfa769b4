from esr.ops.management.commands import load_directory
from establishments import actions


class Command(load_directory.Command):
    help = "Loads the FINESS extract (etalab-cs1100502, CSV): the medico-social establishments with pupils."
    load = staticmethod(actions.load_finess)
