"""Images, regions, packs and statistics: pure Python without Django or torch, used by all others."""
