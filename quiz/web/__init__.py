"""HTML pages: each view parses, asks permission, calls one service or selector, and renders."""
