"""Who would go on in plain text where TLS was demanded: MariaDB's Connector/C, and with it mysqlclient.

Told `ssl_mode=REQUIRED`, it asks for TLS where the server offers that, and goes on without a word where it does not. It
never asks unless told to. All other drivers end with an error of their own.
Source: https://github.com/PyMySQL/mysqlclient/blob/v2.2.7/src/MySQLdb/_mysql.c (ssl_mode),
https://mariadb.com/kb/en/mysql_optionsv/ (MYSQL_OPT_SSL_ENFORCE)
"""

import sys
import threading

DRIVER = "MySQLdb"
MYSQL = 5  # the first version of MySQL's own client library that is of use; Connector/C counts from 2


def connects_silently() -> bool:
    """Whether Connector/C is connecting in this process now.

    It is written in C and waits for the greeting, so that the innermost frame of its thread is that of its caller.
    """
    me = threading.get_ident()
    frames = (frame for thread, frame in sys._current_frames().items() if thread != me)
    names = (str(frame.f_globals.get("__name__")) for frame in frames)
    return any(name.partition(".")[0] == DRIVER for name in names) and _is_connector_c()


def _is_connector_c() -> bool:
    version: str = sys.modules[f"{DRIVER}._mysql"].get_client_info()
    return int(version.partition(".")[0]) < MYSQL
