"""What goes to the printer: posters, table tents, paper forms, ticket slips, as PDF.

Every document is one function that takes plain values and returns the bytes of a PDF; its
looks are in a template of Typst (*.typ) beside it. Values reach the template as JSON, never as
markup, so a name with # or $ in it is printed as it is. The same values give the same bytes.
"""
