"""State machines as pictures: Mermaid and DOT as text, SVG with a layout of our own making."""
