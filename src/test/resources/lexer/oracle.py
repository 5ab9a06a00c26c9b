"""Writes what PostgreSQL's own scanner and parser make of texts that are hard to take apart.

    python3 oracle.py tokens >tokens.jsonl
    python3 oracle.py roles >roles.jsonl

It needs pglast 8, which brings both from PostgreSQL 18. The texts are drawn by chance with a fixed
seed; those that PostgreSQL refuses are kept in part, since it tells which of them nothing closes.
"""

import json
import random
import sys

from pglast import ast, parse_sql
from pglast.parser import ParseError, scan

PIECES = [
    "'", "''", '"', '""', "$", "$$", "$a$", "$b$", "$1", "\\", "\\\\", "\\'", "E'", "e'", "B'", "x'", "N'",
    "U&'", 'u&"', " UESCAPE '!'", "uescape/**/e'!'", "U&", "--", "-", "/*", "*/", "/", "*", "+", "\n", "\r", "\r\n",
    " ", "\t", "\f", "\v", "\u2003", "\u00a0", "\u0085", "\u017f", "\u212a", "é", "Ä", "一", "a", "B", "TO", "e", "E",
    "x", "_", "0", "1", "17", "0x1F", "0b1", "1e5", "1E+5", "e-5", ".", "..", ".5", ",", ";", "(", ")", ":", "::", "<=",
    "@", "#", "?", "!", "~", "'a'", "'a'\n'b'", "E'\\''", "\n'", " -- \n'", '"q"', "$$x$$", "/* c */", "-- c\n",
    "--c\r",
]

ROLES = [
    "a", "A", "Ab", '"a"', '"A"', '"a""b"', "é", "É", "\u212a", 'U&"\\0061b"', 'u&"!0061" uescape \'!\'', "to_", '"to"',
    "n", "e", "u", "b", "x", "a$b$", "public", '"public"', "current_user", "session_user", "a\u2003b", "\u00a0",
]
GAPS = [
    " ", "\n", "\r", "\t", "\f", "/**/", "/* , b */", "/*/* */ , b */", "-- , b\n", "--, b\r", " /* ' */ ", ' -- "\n',
    " -- $$\r", "",
]
HEADS = [
    "GRANT{}SELECT{}ON{}TABLE{}s.t{}TO{}", "grant{}ALL{}ON{}s.to{}TO{}", 'GRANT{}ALL{}ON{}"to"{}TO{}',
    "REVOKE{}ALL{}ON{}FUNCTION{}s.f(to_{}int){}FROM{}", "REVOKE{}ALL{}ON{}s.from,{}t{}FROM{}",
    "GRANT{}SELECT(a,{}b){}ON{}t{}TO{}", "GRANT{}USAGE{}ON{}LARGE{}OBJECT{}4711{}TO{}",
]

KINDS = {
    "UIDENT": "UNICODE_NAME", "USCONST": "UNICODE_STRING", "BCONST": "BIT_STRING", "XCONST": "BIT_STRING",
    "ICONST": "NUMBER", "FCONST": "NUMBER", "PARAM": "PARAMETER", "SQL_COMMENT": "COMMENT", "C_COMMENT": "COMMENT",
}


def kind(token, text):
    if token.name == "SCONST":
        return {"'": "STRING", "$": "DOLLAR_STRING"}.get(text[0], "ESCAPE_STRING")
    if token.name == "IDENT":
        return "QUOTED_NAME" if text[0] == '"' else "WORD"
    if token.kind != "NO_KEYWORD":
        return "WORD"
    return KINDS.get(token.name, "SIGN")


def tokens(sql):
    """All but signs, as [kind, text]; UESCAPE joins what it belongs to."""
    found = []
    for token in scan(sql):
        text = sql[token.start : token.end + 1]
        found.append((token.name, kind(token, text), token.start, token.end + 1))
    joined = []
    for name, what, start, end in found:
        meaning = [entry for entry in joined if entry[1] != "COMMENT"]
        if (
            name == "SCONST"
            and len(meaning) > 1
            and meaning[-1][0] == "UESCAPE"
            and meaning[-2][0] in ("UIDENT", "USCONST")
        ):
            first = joined.index(meaning[-2])
            joined[first:] = [("JOINED", meaning[-2][1], meaning[-2][2], end)]
        else:
            joined.append((name, what, start, end))
    return [[what, sql[start:end]] for _, what, start, end in joined if what != "SIGN"]


def write_tokens(rng, accepted, unclosed):
    while accepted or unclosed:
        sql = "".join(rng.choice(PIECES) for _ in range(rng.randint(2, 14)))
        try:
            line = {"sql": sql, "tokens": tokens(sql)}
            if len(line["tokens"]) < 3 or not accepted:
                continue
            accepted -= 1
        except ParseError as error:
            if not unclosed or not str(error.args[0]).startswith("unterminated"):
                continue
            line = {"sql": sql}
            unclosed -= 1
        print(json.dumps(line))


def role_names(statement):
    return [role.rolename for role in statement.grantees if role.rolename is not None]


def write_roles(rng, count):
    while count:
        head = rng.choice(HEADS)
        sql = head.format(*(rng.choice(GAPS) for _ in range(head.count("{}"))))
        for i in range(rng.randint(1, 3)):
            sql += (rng.choice(GAPS) + "," + rng.choice(GAPS) if i else "") + rng.choice(ROLES)
        sql += rng.choice(GAPS) + rng.choice(["", "", ";", "\r;"])
        try:
            parsed = parse_sql(sql)
        except ParseError:
            continue
        if len(parsed) == 1 and isinstance(parsed[0].stmt, ast.GrantStmt):
            print(json.dumps({"sql": sql, "roles": role_names(parsed[0].stmt)}))
            count -= 1


if __name__ == "__main__":
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 18)
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    if sys.argv[1] == "tokens":
        write_tokens(chance, many, many // 3)
    else:
        write_roles(chance, many // 2)
