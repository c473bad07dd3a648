"""Who is in the demo. All of them are invented."""

DOMAIN = "demo.example"

# address, name, profession, group, administrator of everything
ACCOUNTS = [
    ("student", "Lena Okoro", "Medical student", None, False),
    ("tutor", "Tom Ashby", "General practitioner", "Tutors", False),
    ("gp", "Gita Rao", "General practitioner", "GP reviewers", False),
    ("socialworker", "Sol Brandt", "Social worker", "Social work reviewers", False),
    ("lead", "Cora Lindqvist", "Other doctor", "Course leads", False),
    ("admin", "Ada Nkemelu", "Somebody else", "Administrators", True),
]

# name, profession; every script and length that a real cohort may bring
LEARNERS = [
    ("Amara Chukwu", "Medical student"),
    ("Siân Wynne-Ŵyn", "Social work student"),
    ("Paweł Wójcik", "Medical student"),
    ("Ελένη Παπαδοπούλου", "Medical student"),
    ("فاطمة الزهراء محمد", "Nursing student"),
    ("王小明", "Medical student"),
    ("Priya Venkataraman", "Medical student"),
    ("Prince", "Social work student"),
    ("Niamh O’Sullivan", "Medical student"),
    ("María José García Hernández", "Nursing student"),
    ("Oluwaseun Adebayo", "Medical student"),
    ("Наталья Ковальчук", "Medical student"),
    ("Zoë van der Berg", "Social work student"),
    ("Hassan Warsame", "Medical student"),
    ("Yuki Tanaka", "Medical student"),
    ("Chloe Bennett", "Medical student"),
    ("Jakub Novák", "Nursing student"),
    ("Aisha Rahman", "Medical student"),
    ("Callum MacLeod", "Medical student"),
    ("Thi Minh Khai Nguyễn", "Social work student"),
    ("Isaac Mensah", "Medical student"),
    ("Freya Lindström", "Medical student"),
    ("Rohan Kapoor", "Medical student"),
    ("Beatriz Oliveira", "Nursing student"),
    ("Tomos Rhys", "Medical student"),
    ("Leila Haddad", "Medical student"),
    ("Grace Owusu", "Social work student"),
    ("Ciarán Byrne", "Medical student"),
    ("Mehwish Iqbal", "Medical student"),
    ("Daniel Feldman", "Medical student"),
]
